export { type ModelMetadata, readModelMetadata } from './metadata.js';
export { type ImageInput, planPreprocessing } from './plan.js';
export { sampleToTensor } from './tensor.js';
