import type { ContentKind } from './content.js';
import type { DatasetOptions } from './datasetOptions.js';
import type { Notice } from './notice.js';
import type { OutputKind, Preprocessing, PreprocessingReport, Sourced } from './preprocessing.js';

/** One forward pass of one model over some samples of a dataset: what the inference process is asked for. */
export interface ForwardTask {
  model: string;
  dataset: string;
  /** What its samples are. */
  content: ContentKind;
  /** What the user chose where the dataset leaves a choice. */
  options: DatasetOptions;
  /** Rows of the dataset that are not in the store yet, and the content hash of each. */
  rows: Int32Array;
  hashes: string[];
  /** Folder of the predictions store. */
  cache: string;
  /** Hash of the model's files. */
  modelHash: string;
  /** Inference threads. */
  threads: number;
}

/** A network whose weights lie beside a model, as the library knows it that loads them. */
export interface Architecture {
  library: 'timm' | 'transformers' | 'torchvision' | 'keras';
  /** timm's or torchvision's name of it, a class of transformers; of Keras, whose file holds the network, that of the file. */
  name: string;
  /** What it is loaded from: a folder, or for torchvision and Keras a file. */
  from: string;
}

/** One of a model's outputs, for a user to choose. */
export interface ModelOutput {
  name: string;
  /** Type and shape as messages show them: `float32[N, 1000]`. */
  shape: string;
  /** What it can be: scores of the source classes, features by its name, or neither. */
  role: 'scores' | 'features' | 'other';
}

/** Which outputs a model has, and which of them it is scored by. */
export interface ModelOutputs {
  outputs: readonly ModelOutput[];
  taken: string;
}

/** What an opened model turned out to be: kept beside the store, so that a warm run needs no process. */
export interface OpenedModel {
  /** Folder of its predictions in the store. */
  key: string;
  plan: Preprocessing;
  preprocessing: PreprocessingReport;
  output: string;
  features: string | null;
  runtime: string;
  /** Names of the source classes where the metadata gives them. */
  labels: string[] | null;
  /** Kind of the outputs where a sidecar states it. */
  outputKind: Sourced<OutputKind> | null;
  /** Weights of the model; null where they cannot be counted. */
  parameters: number | null;
  /** The network whose weights lie beside it, where they do. */
  architecture: Architecture | null;
  /** Accuracy on its own source task where a sidecar states it. */
  sourceAccuracy: number | null;
  notices: Notice[];
}

/** Something to say of one sample: why it has no prediction, or what to know of one that has. */
export interface SampleNotice {
  row: number;
  hash: string;
  notice: Notice;
}

export interface ForwardSummary {
  seconds: { load: number; infer: number };
  /** Images that went through the model in this pass. */
  images: number;
}

/** Methods of the inference process. */
export interface InferenceApi {
  forward(task: ForwardTask, signal?: AbortSignal): Promise<ForwardSummary>;
  outputs(params: { model: string }): Promise<ModelOutputs>;
}

/** What the inference process tells while it works. */
export interface InferenceEvents {
  opened(model: OpenedModel): Promise<void>;
  progress(progress: { done: number; imagesPerSecond: number | null }): Promise<void>;
  failed(samples: SampleNotice[]): Promise<void>;
  remarked(samples: SampleNotice[]): Promise<void>;
  /** Another window is computing the same predictions: this one waits for them. */
  waiting(params: null): Promise<void>;
  log(entry: { level: 'debug' | 'info' | 'warn' | 'error'; text: string }): Promise<void>;
}
