import type { ModelSummary } from '../protocol/found.js';
import type { Notice } from '../protocol/notice.js';
import type { Layout, ModelOverrides } from '../protocol/preprocessing.js';

/** One format of model files: how it is recognised and how it is opened. */
export interface ModelFormat {
  id: string;
  /** Shown name, e.g. "ONNX". */
  name: string;
  /** Reads a few bytes; null when the file is not this format. Cheap enough for every file of a workspace. */
  sniff(path: string): Promise<ModelSummary | null>;
  /** All files that decide what the model computes (external data included), for hashing. */
  files(path: string): Promise<string[]>;
  open(path: string, options: OpenOptions): Promise<Model>;
}

export interface OpenOptions extends ModelOverrides {
  /** Inference threads inside one operator. */
  threads: number;
}

/** What the graph says of its image input. Null: dynamic, to be decided by preprocessing. */
export interface GraphInput {
  name: string;
  layout: Layout;
  channels: number | null;
  height: number | null;
  width: number | null;
  /** Fixed batch size, or null. */
  batch: number | null;
  type: 'float32' | 'float16' | 'uint8';
}

/** A loaded source model. Not safe for concurrent runs. */
export interface Model {
  input: GraphInput;
  /** Name of the output taken for the source class scores. */
  output: string;
  /** Name of the tensor taken for penultimate features; null when there is none. */
  features: string | null;
  /** Execution provider and runtime version: part of what decides an output. */
  runtime: string;
  /** What a user should know: features not found, a choice that was made. */
  notices: Notice[];
  /**
   * One forward pass.
   * @param tensor float32, [rows, channels, height, width] or [rows, height, width, channels] as `input.layout` says
   * @param shape the tensor's shape, batch first
   * @returns raw outputs [rows, classes] and features [rows, dimension] in float32, untouched by any softmax
   */
  run(tensor: Float32Array, shape: readonly number[]): Promise<ForwardResult>;
  close(): Promise<void>;
}

export interface ForwardResult {
  outputs: Float32Array;
  classes: number;
  features: Float32Array | null;
  dimension: number;
}
