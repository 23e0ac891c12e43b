export { type ImageShape, planImages } from './imagePlan.js';
export { batchOf, contentOf, planPreprocessing, valuesPerSample } from './kinds.js';
export { readModelMetadata, withoutMetadata } from './metadata.js';
export { imageToTensor } from './tensor.js';
export { thumbnail } from './thumbnail.js';
export { viewable } from './viewable.js';
