import { failure, type TransferLensError } from '../../protocol/notice.js';
import { sidecarOf } from '../wording.js';
import type { Tensor } from './engine.js';
import type { TensorInfo } from './input.js';

/** A tensor to take from a network; a map of positions is averaged. */
export interface NetTensor {
  name: string;
  map: boolean;
}

/** A network of TensorFlow.js, of layers or of operators. */
export interface Net {
  inputs: readonly TensorInfo[];
  outputs: readonly TensorInfo[];
  /** Where penultimate features of an output are; throws where the user named a tensor that is not there. */
  features(output: string): NetTensor | null;
  /** Whether an output is known to be a sigmoid, so that one of a single column is a binary classifier's. */
  isSigmoid(output: string): boolean;
  /** An operator of its loops and lists of tensors, by which a failure is explained; left out where there is none. */
  loop?: string | null;
  /** What computes the named tensors of a batch. */
  runner(names: readonly string[]): (input: Tensor) => Promise<Tensor[]>;
  dispose(): void;
}

/**
 * The operator to name where a graph fails that has loops, as recurrent layers of Keras are exported: one of lists of tensors, which
 * TensorFlow.js runs in part, else that of the loop itself; null where there is neither.
 */
export function loopOperator(nodes: Iterable<{ op: string }>): string | null {
  const ops = [...nodes].map(({ op }) => op);
  return (
    ops.find(op => /^(Empty)?TensorList|^TensorArray/.test(op)) ??
    ops.find(op => /^((Stateless)?While|LoopCond)$/.test(op)) ??
    null
  );
}

export function noFeatures(file: string, tensor: string): TransferLensError {
  return failure('model.noTensor', { file, tensor, sidecar: sidecarOf(file) });
}
