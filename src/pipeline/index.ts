/** What the background process and the command line need of the rooms behind the pipeline. */
export { predictionFile } from '../arrays/askable.js';
export { datasetColumns } from '../datasets/open.js';
export { discover } from '../discovery/index.js';
export { defaultMeasures, measureIds } from '../measures/index.js';
export { leftOut, sniffModel, worthRunning } from '../models/index.js';
export { cacheSize, clearCache } from '../predictions/index.js';
export { withoutMetadata } from '../preprocess/index.js';
export { decoderOf } from './decode.js';
export { fits } from './fits.js';
export { modelOutputs } from './outputs.js';
export { sampleCopy } from './places.js';
export { forkedForward, forkedOutputs } from './process.js';
export { run } from './run.js';
export { runTask } from './task.js';
export { version } from './versions.js';
