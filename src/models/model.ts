import type { ModelSummary } from '../protocol/found.js';
import type { ModelOutput } from '../protocol/inference.js';
import type { InputTensor, ModelInput } from '../protocol/modelInput.js';
import type { Notice } from '../protocol/notice.js';
import type { ModelOverrides, OutputKind, Sourced } from '../protocol/preprocessing.js';

/** One format of model files and how it is recognised: all that discovery knows of it. */
export interface ModelFormat {
  /** Name of its folder in `models/`. */
  id: string;
  /** Shown name, e.g. "ONNX". */
  name: string;
  /** What its files are called, and what of it is read: a row of the README's table. */
  files: string;
  /** `recognised`: it is named in lists and opening it says how to convert it, but it cannot be run. */
  state: 'runs' | 'recognised';
  /** Whether a model may have several outputs, of which a user chooses the one that is scored. */
  hasOutputs?: true;
  /**
   * Null when the file is not this format. Looks at the name and the file's entry, at most at a few bytes: cheap enough for
   * every file of a workspace. A broken file of the right name is still one, so that opening it can say what is wrong.
   */
  sniff(path: string): Promise<ModelSummary | null>;
}

/** What the `open.ts` of a format exports. */
export interface ModelOpener {
  /** All files that decide what the model computes (external data included), for hashing. Loads no runtime. */
  modelFiles(path: string): Promise<string[]>;
  openModel(path: string, options: OpenOptions): Promise<Model>;
}

export interface OpenOptions extends ModelOverrides {
  /** Inference threads inside one operator. */
  threads: number;
}

/** A loaded source model. Not safe for concurrent runs. */
export interface Model {
  input: ModelInput;
  /** Name of the output taken for the source class scores; empty where the model gives features alone. */
  output: string;
  /** All its outputs, where a user may choose among them. */
  outputs?: readonly ModelOutput[];
  /** Name of the tensor taken for penultimate features; null when there is none. */
  features: string | null;
  /** What the outputs are, where the format says so; otherwise their values have to. */
  outputKind?: Sourced<OutputKind> | null;
  /** Execution provider and runtime version: part of what decides an output. */
  runtime: string;
  /** Weights, as far as they can be counted; null where they cannot. */
  parameters: number | null;
  /** What a user should know: features not found, a choice that was made. */
  notices: Notice[];
  /**
   * One forward pass.
   * @param inputs one float32 tensor, [rows, channels, height, width] or [rows, height, width, channels] as `input.layout` says, for
   * images; ids, mask, types and positions, [rows, tokens] each, as far as the input names them, for texts; [rows, width] for
   * numbers; int32 [rows], the rows to look up, for stored predictions
   * @returns raw outputs [rows, classes] and features [rows, dimension] in float32, untouched by any softmax
   */
  run(inputs: readonly InputTensor[]): Promise<ForwardResult>;
  close(): Promise<void>;
}

export interface ForwardResult {
  /** Empty, and `classes` 0, where a model gives features alone. */
  outputs: Float32Array;
  classes: number;
  features: Float32Array | null;
  dimension: number;
}
