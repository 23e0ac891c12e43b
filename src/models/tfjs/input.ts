import type { ModelInput } from '../../protocol/modelInput.js';
import { failure } from '../../protocol/notice.js';
import { sidecarOf } from '../wording.js';

/** A tensor that a model takes or gives. */
export interface TensorInfo {
  name: string;
  dtype: string;
  /** Batch first; null or -1: any. */
  shape: readonly (number | null)[] | null;
}

/** The one input that samples feed: [rows, height, width, channels] for images, [rows, width] for rows of numbers. */
export function inputOf(
  path: string,
  inputs: readonly TensorInfo[],
  wanted: string | undefined,
): ModelInput {
  const file = path;
  const list = inputs.map(describe).join(', ') || 'none';
  if (wanted !== undefined && !inputs.some(({ name }) => name === wanted))
    throw failure('model.noInput', {
      ...{ file, input: wanted, inputs: list },
      sidecar: sidecarOf(path),
    });
  if (inputs.length !== 1)
    throw failure('model.manyInputs', { file, count: inputs.length, inputs: list });
  const [{ name, dtype, shape }] = inputs;
  const dims = (shape ?? [null, null, null, null]).map(dim =>
    dim === null || dim < 0 ? null : dim,
  );
  const [batch, a, b, c] = dims;
  if (dims.length === 4 && (dtype === 'float32' || dtype === 'int32'))
    return {
      ...{ kind: 'image', name, layout: 'NHWC', channels: c, height: a, width: b, batch },
      type: dtype === 'int32' ? 'uint8' : 'float32',
    };
  if (dims.length === 2 && dtype === 'float32')
    return { kind: 'numbers', name, width: a, batch, type: 'float32' };
  if (dims.length === 2 && dtype === 'int32')
    throw failure('model.idsInput', { file, input: name, shape: typeAndShape(inputs[0]) });
  throw failure('model.inputShape', { file, input: name, shape: typeAndShape(inputs[0]) });
}

/** Whether a tensor can be the scores of classes. */
export function isScores({ shape }: TensorInfo): boolean {
  return shape === null || (shape.length >= 2 && shape.slice(1, -1).every(dim => dim === 1));
}

/** A tensor by its name, type and shape. */
export function describe(info: TensorInfo): string {
  return `${info.name} ${typeAndShape(info)}`;
}

/** As messages show a tensor that they have named: `float32[?, 1000]`. */
export function typeAndShape({ dtype, shape }: TensorInfo): string {
  return `${dtype}[${shape?.map(dim => (dim === null || dim < 0 ? '?' : dim)).join(', ') ?? '?'}]`;
}
