/**
 * All of TensorFlow.js that is used, in one file of its own beside the bundles: it is large, and loaded by the process
 * that runs such a model and by no other.
 */
import '@tensorflow/tfjs-backend-wasm';

export { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
export { type GraphModel, loadGraphModel, registerOp } from '@tensorflow/tfjs-converter';
export * from '@tensorflow/tfjs-core';
export {
  initializers,
  type LayersModel,
  layers,
  loadLayersModel,
  model as layersModel,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
