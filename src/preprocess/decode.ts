import type { SharpOptions } from 'sharp';
import type { PixelImage } from '../protocol/content.js';
import { failure } from '../protocol/notice.js';
import { type ImageFormat, imageFormat, jpegComponents } from './imageHeader.js';
import type { Pixels } from './resample.js';
import { loadSharp } from './sharp.js';

/** Pillow refuses bigger images as decompression bombs; three bytes a pixel, so 0.5 GB. */
const maxPixels = 178_956_970;
/** Longest side, pixels: bounds the weights of a resize to some 24 MB. */
const maxSide = 1_000_000;

const options: SharpOptions = {
  // What Pillow refuses is refused: truncated and broken files. What it reads with a warning is read.
  failOn: 'error',
  limitInputPixels: maxPixels,
  // Colour profiles are not applied, nor are they by Pillow unless asked to.
  ignoreIcc: true,
};

/**
 * Decodes an image to 8-bit pixels as `Image.open(file).convert('RGB' | 'L' | 'RGBA')` gives them in Pillow:
 * EXIF orientation and colour profiles ignored, alpha dropped (not blended), palettes looked up, grey repeated, RGB to grey by
 * ITU-R 601-2, CMYK by 255 - K less the ink, first frame of an animation.
 * Two differences: of 16 bits the high byte is taken (Pillow cuts 16-bit grey off at 255, which leaves nothing of the image),
 * and transparent pixels of a GIF are black.
 * @param file names the image in errors
 */
export async function decodeImage(
  bytes: Uint8Array,
  channels: Pixels['channels'],
  file: string,
): Promise<Pixels> {
  if (bytes.length === 0) throw failure('image.empty', { file });
  const format = imageFormat(bytes);
  if (!format) throw failure('image.unknownFormat', { file });
  const sharp = await loadSharp(file);
  const cmyk = await isCmyk(format, bytes, file);
  const pipeline = sharp(bytes, options);
  if (cmyk) pipeline.pipelineColourspace('cmyk').toColourspace('cmyk');
  else if (channels === 4) pipeline.ensureAlpha();
  else pipeline.removeAlpha();
  const { data, info } = await pipeline
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(error => {
      throw explain(error, file);
    });
  const { width, height } = info;
  if (Math.max(width, height) > maxSide) throw tooLarge(file);
  const rgb = cmyk ? rgbOfInk(data, channels === 4) : data;
  return {
    data: channels === 1 ? greyOf(rgb) : rgb,
    width,
    height,
    channels,
  };
}

/** Pixels as `convert('RGB' | 'L' | 'RGBA')` gives them in Pillow: alpha dropped or opaque, grey repeated, RGB to grey by ITU-R 601-2. */
export function toChannels(
  { data, width, height, channels: given }: PixelImage,
  channels: Pixels['channels'],
): Pixels {
  if (given === channels) return { data, width, height, channels };
  const area = width * height;
  const rgba = new Uint8Array(area * 4).fill(255);
  for (let i = 0; i < area; i++)
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = data[given * i + (given === 1 ? 0 : c)];
  if (channels === 4) return { data: rgba, width, height, channels };
  const rgb = new Uint8Array(area * 3);
  for (let i = 0; i < area; i++) rgb.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
  return { data: channels === 1 ? greyOf(rgb) : rgb, width, height, channels };
}

async function isCmyk(format: ImageFormat, bytes: Uint8Array, file: string): Promise<boolean> {
  if (format === 'jpeg') return jpegComponents(bytes) === 4;
  if (format !== 'tiff') return false;
  const sharp = await loadSharp(file);
  const { space } = await sharp(bytes, options)
    .metadata()
    .catch(error => {
      throw explain(error, file);
    });
  return space === 'cmyk';
}

function rgbOfInk(cmyk: Uint8Array, withAlpha: boolean): Uint8Array {
  const channels = withAlpha ? 4 : 3;
  const out = new Uint8Array((cmyk.length / 4) * channels).fill(255);
  for (let i = 0, o = 0; i < cmyk.length; i += 4, o += channels) {
    const paper = 255 - cmyk[i + 3];
    for (let c = 0; c < 3; c++) {
      const product = cmyk[i + c] * paper + 128;
      out[o + c] = paper - ((product + (product >> 8)) >> 8);
    }
  }
  return out;
}

/** Luma of ITU-R 601-2 in Pillow's fixed point; of grey it is the grey itself. */
function greyOf(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length / 3);
  for (let i = 0, o = 0; o < out.length; i += 3, o++)
    out[o] = (data[i] * 19595 + data[i + 1] * 38470 + data[i + 2] * 7471 + 0x8000) >> 16;
  return out;
}

function tooLarge(file: string, cause?: unknown): Error {
  const params = { file, pixels: Math.floor(maxPixels / 1e6), side: maxSide };
  return failure('image.tooLarge', params, cause);
}

/** libvips gives one line a problem, the first is the cause. */
function explain(error: unknown, file: string): Error {
  const [line] = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  if (/pixel limit/.test(line)) return tooLarge(file, error);
  return failure('image.undecodable', { file, detail: line }, error);
}
