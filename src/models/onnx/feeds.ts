import type { InputTensor, ModelInput } from '../../protocol/modelInput.js';
import { toFloat16 } from './float16.js';
import type { Ort } from './runtime.js';

type Data = InputTensor['data'];

/** Names of the tensors that a model takes, in the order in which a batch gives them. */
export function namesOf(input: ModelInput): string[] {
  if (input.kind !== 'tokens') return [input.name];
  return [input.name, input.mask, input.types, input.positions].filter(name => name !== null);
}

/** Some rows of a batch as the runtime takes them; where they are fewer than `step`, the last row is repeated. */
export function feedsOf(
  ort: Ort,
  input: ModelInput,
  tensors: readonly InputTensor[],
  at: number,
  n: number,
  step: number,
) {
  const names = namesOf(input);
  return Object.fromEntries(
    tensors.map(({ data, shape }, k) => {
      const size = data.length / shape[0];
      const given = data.subarray(at * size, (at + n) * size) as Data;
      const whole = n < step ? padded(given, step, size) : given;
      return [names[k], tensorOf(ort, input, whole, [step, ...shape.slice(1)])];
    }),
  );
}

function tensorOf(ort: Ort, input: ModelInput, data: Data, shape: number[]) {
  if (data instanceof BigInt64Array) return new ort.Tensor('int64', data, shape);
  if (data instanceof Int32Array) return new ort.Tensor('int32', data, shape);
  const { type } = input as { type: string };
  if (type === 'float16') return new ort.Tensor('float16', toFloat16(data), shape);
  if (type === 'float64') return new ort.Tensor('float64', Float64Array.from(data), shape);
  if (type === 'uint8')
    return new ort.Tensor('uint8', new Uint8Array(Uint8ClampedArray.from(data).buffer), shape);
  // The runtime refuses shared memory.
  const own = data.buffer instanceof SharedArrayBuffer ? data.slice() : data;
  return new ort.Tensor('float32', own, shape);
}

function padded(rows: Data, step: number, size: number): Data {
  const whole = new (rows.constructor as Float32ArrayConstructor)(step * size) as Data;
  whole.set(rows as never);
  const last = rows.subarray(rows.length - size);
  for (let at = rows.length; at < whole.length; at += size) whole.set(last as never, at);
  return whole;
}
