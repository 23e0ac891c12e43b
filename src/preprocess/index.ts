export { batchOf, contentOf, valuesPerSample } from './batch.js';
export { type ImageShape, planImages } from './imagePlan.js';
export { type ModelMetadata, readModelMetadata } from './metadata.js';
export { planPreprocessing } from './plan.js';
export { imageToTensor } from './tensor.js';
export { thumbnail } from './thumbnail.js';
