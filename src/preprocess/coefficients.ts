import type { Resample } from '../protocol/preprocessing.js';

/** One axis of a resize: `size` pixels become `resized`, of which `count` from `start` on are wanted. */
export interface Axis {
  size: number;
  resized: number;
  start: number;
  count: number;
}

/** Which source pixels make each wanted pixel of an axis, and with what weight. */
export interface Taps {
  /** First source pixel and number of source pixels of each wanted pixel. */
  first: Int32Array;
  length: Int32Array;
  /** Fixed-point weights, `stride` a wanted pixel. */
  weights: Int32Array;
  stride: number;
}

/** Fractional bits of a weight: 8 of the 32 are the pixel's, 2 hold overshoot. */
export const precisionBits = 22;

type Kernel = { support: number; weight(x: number): number };

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

/** Pillow's kernels, with the order of its operations, so that the weights agree to the last bit. */
const kernels: Record<Exclude<Resample, 'nearest'>, Kernel> = {
  box: { support: 0.5, weight: x => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: x => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    support: 1,
    weight: x => {
      const r = Math.abs(x);
      if (r === 0) return 1;
      if (r >= 1) return 0;
      // The two constants are single precision in Pillow.
      return sinc(r) * (Math.fround(0.54) + Math.fround(0.46) * Math.cos(r * Math.PI));
    },
  },
  bicubic: {
    support: 2,
    weight: x => {
      const r = Math.abs(x);
      if (r < 1) return (1.5 * r - 2.5) * r * r + 1;
      if (r < 2) return (((r - 5) * r + 8) * r - 4) * -0.5;
      return 0;
    },
  },
  lanczos: { support: 3, weight: x => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

const cache = new Map<string, Taps>();
const cacheEntries = 64;
/** Bigger tables are cheap beside the image they belong to, and would fill the memory. */
const cacheBytes = 1 << 20;

/** Taps of an axis for a kernel; the last few dozen are kept, since most images of a dataset share their size. */
export function tapsOf(axis: Axis, kernel: Resample): Taps {
  const key = `${kernel} ${axis.size} ${axis.resized} ${axis.start} ${axis.count}`;
  const known = cache.get(key);
  if (known) {
    cache.delete(key);
    cache.set(key, known);
    return known;
  }
  const taps = kernel === 'nearest' ? nearestTaps(axis) : convolutionTaps(axis, kernels[kernel]);
  if (taps.weights.byteLength <= cacheBytes) {
    cache.set(key, taps);
    if (cache.size > cacheEntries) cache.delete(cache.keys().next().value as string);
  }
  return taps;
}

function convolutionTaps({ size, resized, start, count }: Axis, kernel: Kernel): Taps {
  // Pillow passes the source box in single precision.
  const scale = Math.fround(size) / resized;
  const filterScale = Math.max(1, scale);
  const support = kernel.support * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(count);
  const length = new Int32Array(count);
  const weights = new Int32Array(count * stride);
  const raw = new Float64Array(stride);
  const inverse = 1 / filterScale;
  for (let i = 0; i < count; i++) {
    const centre = (start + i + 0.5) * scale;
    const min = Math.max(0, Math.trunc(centre - support + 0.5));
    const n = Math.min(size, Math.trunc(centre + support + 0.5)) - min;
    let sum = 0;
    for (let k = 0; k < n; k++) {
      raw[k] = kernel.weight((k + min - centre + 0.5) * inverse);
      sum += raw[k];
    }
    for (let k = 0; k < n; k++) {
      const weight = (sum === 0 ? raw[k] : raw[k] / sum) * (1 << precisionBits);
      weights[i * stride + k] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    first[i] = min;
    length[i] = n;
  }
  return { first, length, weights, stride };
}

/** Nearest neighbour: Pillow adds the step up from pixel to pixel, and so does this. A pixel that falls outside has no tap. */
function nearestTaps({ size, resized, start, count }: Axis): Taps {
  const step = size / resized;
  const first = new Int32Array(count);
  const length = new Int32Array(count);
  let x = step * 0.5;
  // Pillow could not hold an image of so many pixels: no running sum to agree with.
  if (start > 1e8) x += step * start;
  else for (let i = 0; i < start; i++) x += step;
  for (let i = 0; i < count; i++, x += step) {
    first[i] = Math.min(size, Math.trunc(x));
    length[i] = first[i] < size ? 1 : 0;
  }
  return { first, length, weights: new Int32Array(count).fill(1 << precisionBits), stride: 1 };
}
