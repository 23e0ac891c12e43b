export { contentHash } from './contentHash.js';
export { cacheSize, clearCache, evict } from './eviction.js';
export { predictionsKey } from './key.js';
export { keyFolder, writeWhole } from './layout.js';
export {
  classifyOutputs,
  probabilityBlocks,
  toProbabilities,
} from './probabilities.js';
export { openReader, type PredictionsReader } from './reader.js';
export { hashFiles, hashSamples } from './sampleHashes.js';
export { openWriter, type PredictionsWriter } from './writer.js';
