/**
 * Images per CPU-second of a 500 x 375 JPEG to a 224 x 224 tensor (shorter side to 256, centre crop, ImageNet normalisation),
 * beside decoding alone, and beside sharp's own resize (which does not equal Pillow's).
 * `npx tsx bench/preprocess.ts`
 */
import sharp from 'sharp';
import { imageToTensor } from '../src/preprocess/index.js';
import type { ImagePreprocessing } from '../src/protocol/preprocessing.js';

const rounds = 7;
const images = 60;

const plan: ImagePreprocessing = {
  kind: 'image',
  channels: 3,
  height: 224,
  width: 224,
  resize: { mode: 'shortestEdge', size: 256 },
  resample: 'bilinear',
  crop: { height: 224, width: 224, rounding: 'halfEven' },
  rescale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  channelOrder: 'RGB',
  layout: 'NCHW',
};

/** Waves with noise on them: a JPEG of some 65 KB, as photographs of this size are. */
async function picture(): Promise<Buffer> {
  const [width, height] = [500, 375];
  const pixels = new Uint8Array(width * height * 3);
  let state = 1;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const [c, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const wave = Math.sin(x / (20 + 7 * c)) * Math.cos(y / (15 + 5 * c));
    pixels[i] = 128 + 70 * wave + 35 * (state / 2 ** 32 - 0.5);
  }
  const raw = { width, height, channels: 3 } as const;
  return sharp(pixels, { raw }).jpeg({ quality: 88 }).toBuffer();
}

async function main(): Promise<void> {
  const bytes = await picture();
  const out = new Float32Array(3 * 224 * 224);
  const contenders: Record<string, () => Promise<unknown>> = {
    'decode alone': () => sharp(bytes, { failOn: 'error' }).raw().toBuffer(),
    "decode, sharp's resize and crop": () =>
      sharp(bytes)
        .resize(341, 256, { kernel: 'linear', fit: 'fill', fastShrinkOnLoad: false })
        .extract({ left: 58, top: 16, width: 224, height: 224 })
        .raw()
        .toBuffer(),
    'decode and preprocess': () =>
      imageToTensor({ kind: 'encodedImage', bytes, file: 'bench' }, plan, out, 0),
  };

  const best = new Map<string, number>();
  for (let round = 0; round <= rounds; round++)
    for (const [name, run] of Object.entries(contenders)) {
      const before = process.cpuUsage();
      for (let i = 0; i < images; i++) await run();
      const { user, system } = process.cpuUsage(before);
      const rate = (images * 1e6) / (user + system);
      // The first round warms up.
      if (round > 0) best.set(name, Math.max(best.get(name) ?? 0, rate));
    }
  const base = best.get('decode alone') as number;
  console.log(
    `JPEG of ${Math.round(bytes.length / 1024)} KB, best of ${rounds} rounds of ${images}`,
  );
  for (const [name, rate] of best)
    console.log(
      `${name.padEnd(34)} ${rate.toFixed(0).padStart(5)} img/cpu-s  ${(base / rate).toFixed(2)} x decode alone`,
    );
}

void main();
