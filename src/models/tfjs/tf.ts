import type { Tensor } from './engine.js';

export type Engine = typeof import('./engine.js');

/** What both backends have. */
export type Tf = Omit<Engine, 'setWasmPaths' | 'version_wasm'> & { native?: Native };

/** What TensorFlow itself adds: it runs a SavedModel as it is, with every operator, but gives its outputs only. */
export interface Native {
  /** TensorFlow's own, e.g. "2.9.1". */
  version: string;
  loadSavedModel(folder: string, tags: string[], signature: string): Promise<SavedModel>;
}

export interface SavedModel {
  /** One output, or several by their names in the signature. */
  predict(input: Tensor): Tensor | Record<string, Tensor>;
  dispose(): void;
}
