// Writes samples/datasets/optdigits from the test set of UCI's optical digits (see samples/ORIGIN.md):
//   node --import tsx scripts/makeSamples.mts optdigits.tes
// Each line of the file is one image: 64 grey values from 0 to 16, row by row, and the digit.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { root } from './lib/root.js';

const side = 8;
const brightest = 16;

const source = process.argv[2];
if (!source) throw new Error('Name the file with the digits: makeSamples.mts optdigits.tes');
const lines = (await readFile(source, 'utf8')).trim().split('\n');

const folder = join(root, 'samples/datasets/optdigits');
await rm(folder, { recursive: true, force: true });
for (const [row, line] of lines.entries()) {
  const values = line.split(',').map(Number);
  if (values.length !== side * side + 1) throw new Error(`${source}:${row + 1}: not 65 values`);
  const digit = String(values.pop());
  const pixels = Uint8Array.from(values, value => Math.round((value * 255) / brightest));
  await mkdir(join(folder, digit), { recursive: true });
  await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9 })
    .toFile(join(folder, digit, `${String(row).padStart(4, '0')}.png`));
}
console.log(`${lines.length} images in ${folder}`);
