import type { EncodedImage, PixelImage } from '../protocol/content.js';
import { failure, type Notice, notice } from '../protocol/notice.js';
import type { ImagePreprocessing } from '../protocol/preprocessing.js';
import { decodeImage, toChannels } from './decode.js';
import { placeImage } from './geometry.js';
import { resize } from './resample.js';

/** Below this share of an image's area in its crop, the user is told. */
const extremeShare = 0.1;

/**
 * Turns one image into the model's input: decode, resize, crop, rescale, normalise.
 * @param out float32; channels * height * width values are written from `offset` on, in the plan's layout
 * @returns what the user should know of this image, or null
 * @throws TransferLensError that names the file, where the image cannot be used
 */
export async function imageToTensor(
  content: EncodedImage | PixelImage,
  plan: ImagePreprocessing,
  out: Float32Array,
  offset: number,
): Promise<Notice | null> {
  const image =
    content.kind === 'pixels'
      ? toChannels(content, plan.channels)
      : await decodeImage(content.bytes, plan.channels, content.file);
  const given = `${image.width} x ${image.height}`;
  if (!plan.crop && plan.resize.mode === 'none') {
    if (image.width !== plan.width || image.height !== plan.height) {
      const wanted = `${plan.width} x ${plan.height}`;
      throw failure('image.wrongSize', { file: content.file, given, wanted });
    }
  }
  const { resized, window, at, share } = placeImage(image, plan);
  write(resize(image, resized, plan.resample, window), window, at, plan, out, offset);
  if (share >= extremeShare) return null;
  const percent = (100 * share).toPrecision(2);
  return notice('image.extremeShape', { file: content.file, given, percent });
}

/** Writes pixels into the tensor through the table of each channel; what the crop reaches beyond the image is black. */
function write(
  pixels: Uint8Array,
  { width, height }: { width: number; height: number },
  at: { left: number; top: number },
  plan: ImagePreprocessing,
  out: Float32Array,
  offset: number,
): void {
  const { channels, layout } = plan;
  const area = plan.height * plan.width;
  const padded = width < plan.width || height < plan.height;
  const tables = tablesOf(plan);
  // Distance in the tensor of neighbours in a row.
  const step = layout === 'NCHW' ? 1 : channels;
  for (let c = 0; c < channels; c++) {
    const table = tables[c];
    const base = offset + (layout === 'NCHW' ? c * area : c);
    if (padded) for (let i = 0; i < area; i++) out[base + i * step] = table[0];
    const from = plan.channelOrder === 'BGR' && c < 3 && channels > 1 ? 2 - c : c;
    for (let y = 0; y < height; y++) {
      let i = y * width * channels + from;
      let o = base + ((at.top + y) * plan.width + at.left) * step;
      for (const end = o + width * step; o < end; o += step, i += channels)
        out[o] = table[pixels[i]];
    }
  }
}

const known = new WeakMap<ImagePreprocessing, Float32Array[]>();

/**
 * What each pixel value 0..255 becomes, a table a channel of the tensor. The arithmetic is that of training: the product with the
 * factor rounded to float32 (equal, for 1/255, to the float32 quotient by 255), then difference and quotient each in float32.
 */
function tablesOf(plan: ImagePreprocessing): Float32Array[] {
  const made = known.get(plan);
  if (made) return made;
  const { channels, rescale, mean, std } = plan;
  const tables = Array.from({ length: channels }, (_, c) =>
    Float32Array.from({ length: 256 }, (_, x) => {
      const value = Math.fround(x * rescale);
      if (!mean || !std) return value;
      return Math.fround(value - Math.fround(mean[c])) / Math.fround(std[c]);
    }),
  );
  known.set(plan, tables);
  return tables;
}
