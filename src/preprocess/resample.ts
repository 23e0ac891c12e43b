import type { Resample } from '../protocol/preprocessing.js';
import { precisionBits, type Taps, tapsOf } from './coefficients.js';

/** Decoded pixels: 8 bits a channel, channels interleaved, rows from the top. Four channels are RGB and alpha. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3 | 4;
}

/** A rectangle inside an image, pixels. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

/**
 * Resizes an image as Pillow's `Image.resize` does, byte for byte, and returns the pixels of `window` only.
 * Only what the window needs is computed: memory is that of the window, whatever the sizes are.
 * @param window inside the resized image
 * @returns uint8 [window.height, window.width, channels]
 */
export function resize(
  image: Pixels,
  size: Size,
  kernel: Resample,
  window: Rectangle,
): Uint8Array<ArrayBuffer> {
  if (size.width === image.width && size.height === image.height) return cut(image, window);
  // Pillow resizes colours weighted by their alpha, except by nearest neighbour.
  const premultiplied = image.channels === 4 && kernel !== 'nearest';
  const source = premultiplied ? premultiply(image) : image;
  const out = resample(source, size, kernel, window);
  if (premultiplied) unpremultiply(out);
  return out;
}

function cut({ data, width, channels }: Pixels, window: Rectangle): Uint8Array<ArrayBuffer> {
  const row = window.width * channels;
  const out = new Uint8Array(window.height * row);
  for (let y = 0; y < window.height; y++) {
    const from = ((window.top + y) * width + window.left) * channels;
    out.set(data.subarray(from, from + row), y * row);
  }
  return out;
}

/**
 * Pillow's two passes, horizontal first, each rounded to 8 bits. Every source row is filtered horizontally once and added
 * to the window rows that it is a tap of, so that no intermediate image is held. Integer sums do not depend on their order.
 */
function resample(
  image: Pixels,
  size: Size,
  kernel: Resample,
  window: Rectangle,
): Uint8Array<ArrayBuffer> {
  const { data, width, height, channels } = image;
  const horizontal =
    size.width === width
      ? null
      : tapsOf(
          { size: width, resized: size.width, start: window.left, count: window.width },
          kernel,
        );
  const vertical =
    size.height === height
      ? null
      : tapsOf(
          { size: height, resized: size.height, start: window.top, count: window.height },
          kernel,
        );
  const rowLength = window.width * channels;
  const out = new Uint8Array(window.height * rowLength);
  const filterRow = (y: number, to: Uint8Array, at: number) => {
    if (horizontal) rowFilters[channels](data, y * width * channels, horizontal, to, at);
    else {
      const from = (y * width + window.left) * channels;
      to.set(data.subarray(from, from + rowLength), at);
    }
  };
  if (!vertical) {
    for (let y = 0; y < window.height; y++) filterRow(window.top + y, out, y * rowLength);
    return out;
  }

  const { first, length, weights, stride } = vertical;
  const row = new Uint8Array(rowLength);
  const sums = new Int32Array(out.length).fill(half);
  let begin = 0;
  let end = 0;
  for (let y = first[0]; begin < window.height; y++) {
    // Rows [begin, end) of the window have source row y among their taps; both bounds only ever grow.
    while (begin < window.height && first[begin] + length[begin] <= y) begin++;
    end = Math.max(end, begin);
    while (end < window.height && first[end] <= y) end++;
    if (begin === end) continue;
    filterRow(y, row, 0);
    for (let r = begin; r < end; r++)
      addRow(sums, r * rowLength, row, weights[r * stride + y - first[r]]);
  }
  clipAll(sums, out);
  return out;
}

// Small functions of their own, as the row filters below: the compiler optimises a function that is called often.
function addRow(sums: Int32Array, at: number, row: Uint8Array, weight: number): void {
  for (let i = 0; i < row.length; i++) sums[at + i] += Math.imul(weight, row[i]);
}

function clipAll(sums: Int32Array, out: Uint8Array): void {
  for (let i = 0; i < out.length; i++) out[i] = clip(sums[i]);
}

// A constant of this module's own: unbundled, an imported one is looked up at every pixel.
const bits = precisionBits;
/** Half a unit of the last place: what rounds a fixed-point sum. */
const half = 1 << (bits - 1);

function clip(sum: number): number {
  const value = sum >> bits;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Filters one source row, beginning at `from`, into `to` at `at`. Written out by channels: it is where the time goes. */
type RowFilter = (data: Uint8Array, from: number, taps: Taps, to: Uint8Array, at: number) => void;

const rowFilters: Record<Pixels['channels'], RowFilter> = {
  1: (data, from, { first, length, weights, stride }, to, at) => {
    for (let x = 0; x < first.length; x++) {
      let w = x * stride;
      let sum = half;
      const begin = from + first[x];
      const end = begin + length[x];
      for (let i = begin; i < end; i++, w++) sum = (sum + Math.imul(data[i], weights[w])) | 0;
      to[at++] = clip(sum);
    }
  },
  3: (data, from, { first, length, weights, stride }, to, at) => {
    for (let x = 0; x < first.length; x++) {
      let w = x * stride;
      let red = half;
      let green = half;
      let blue = half;
      const begin = from + 3 * first[x];
      const end = begin + 3 * length[x];
      for (let i = begin; i < end; i += 3, w++) {
        const weight = weights[w];
        red = (red + Math.imul(data[i], weight)) | 0;
        green = (green + Math.imul(data[i + 1], weight)) | 0;
        blue = (blue + Math.imul(data[i + 2], weight)) | 0;
      }
      to[at++] = clip(red);
      to[at++] = clip(green);
      to[at++] = clip(blue);
    }
  },
  4: (data, from, { first, length, weights, stride }, to, at) => {
    for (let x = 0; x < first.length; x++) {
      let w = x * stride;
      let red = half;
      let green = half;
      let blue = half;
      let alpha = half;
      const begin = from + 4 * first[x];
      const end = begin + 4 * length[x];
      for (let i = begin; i < end; i += 4, w++) {
        const weight = weights[w];
        red = (red + Math.imul(data[i], weight)) | 0;
        green = (green + Math.imul(data[i + 1], weight)) | 0;
        blue = (blue + Math.imul(data[i + 2], weight)) | 0;
        alpha = (alpha + Math.imul(data[i + 3], weight)) | 0;
      }
      to[at++] = clip(red);
      to[at++] = clip(green);
      to[at++] = clip(blue);
      to[at++] = clip(alpha);
    }
  },
};

function premultiply(image: Pixels): Pixels {
  const data = new Uint8Array(image.data);
  for (let i = 0; i < data.length; i += 4)
    for (let c = 0; c < 3; c++) {
      const product = data[i + c] * data[i + 3] + 128;
      data[i + c] = (product + (product >> 8)) >> 8;
    }
  return { ...image, data };
}

function unpremultiply(data: Uint8Array): void {
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3];
    if (alpha === 0 || alpha === 255) continue;
    for (let c = 0; c < 3; c++)
      data[i + c] = Math.min(255, Math.trunc((255 * data[i + c]) / alpha));
  }
}
