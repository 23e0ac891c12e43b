import type { InputTensor } from '../../protocol/modelInput.js';
import { fromFloat16 } from './float16.js';
import type { Session } from './runtime.js';

export type Value = Awaited<ReturnType<Session['run']>>[string];

/** A vector for each sample; float32 [rows, width]. */
export interface Rows {
  data: Float32Array;
  width: number;
}

/** Which vector of a text (or of an image's patches) stands for it: the first token's, or the mean of all that are no padding. */
export type Pooling = 'cls' | 'mean';

/** [n, width], whatever ones follow. */
export function isFlat(dims: readonly number[], n: number): boolean {
  return dims.length >= 2 && dims[0] === n && dims.slice(2).every(dim => dim === 1);
}

/** The values of a tensor as float32; null where they are no real numbers. `width` counts all of a row. */
export function rowsOf({ type, data, dims }: Value): Rows | null {
  const width = dims.slice(1).reduce((a, b) => a * b, 1);
  if (data instanceof Float32Array) return { data, width };
  if (data instanceof Float64Array) return { data: Float32Array.from(data), width };
  if (type !== 'float16' || !ArrayBuffer.isView(data)) return null;
  const halves = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return { data: fromFloat16(halves), width };
}

/** Maps of [channels, height, width] averaged over space. */
export function averaged({ data, width }: Rows, area: number): Rows {
  if (area === 1) return { data, width };
  const means = new Float32Array(data.length / area);
  for (let i = 0; i < means.length; i++) {
    let sum = 0;
    for (let j = i * area; j < (i + 1) * area; j++) sum += data[j];
    means[i] = sum / area;
  }
  return { data: means, width: width / area };
}

/**
 * One vector of [tokens, width] for each row.
 * @param mask 1 for each token that is no padding, [rows, tokens]; all of them count where it is left out
 */
export function pooled(
  { data }: Rows,
  rows: number,
  tokens: number,
  pooling: Pooling,
  mask?: InputTensor['data'],
): Rows {
  const width = data.length / rows / tokens;
  const to = new Float32Array(rows * width);
  const counts = (i: number, t: number) =>
    mask === undefined || mask.length !== rows * tokens || Number(mask[i * tokens + t]) > 0;
  for (let i = 0; i < rows; i++) {
    const from = i * tokens * width;
    if (pooling === 'cls') {
      // With padding on the left the first token stands behind it.
      let first = 0;
      while (first < tokens - 1 && !counts(i, first)) first++;
      to.set(data.subarray(from + first * width, from + (first + 1) * width), i * width);
      continue;
    }
    let n = 0;
    for (let t = 0; t < tokens; t++) {
      if (!counts(i, t)) continue;
      n++;
      for (let j = 0; j < width; j++) to[i * width + j] += data[from + t * width + j];
    }
    for (let j = 0; j < width; j++) to[i * width + j] /= Math.max(1, n);
  }
  return { data: to, width };
}

export function cut({ data, width }: Rows, n: number): Rows {
  return { data: data.length > n * width ? data.subarray(0, n * width) : data, width };
}

export function joined(parts: readonly Rows[]): Rows {
  if (parts.length === 1) return parts[0];
  const width = parts[0]?.width ?? 0;
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { data, width };
}
