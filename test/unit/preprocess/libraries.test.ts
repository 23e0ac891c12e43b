import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageToTensor, planImages, readModelMetadata } from '../../../src/preprocess/index.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

interface Case {
  name: string;
  /** Height and width of the tensor. */
  size: [number, number];
  files: Record<string, object>;
  places: number[];
  values: number[][];
  means: number[];
}

const golden = join(root, 'test', 'golden', 'preprocess');
const { images, cases }: { images: string[]; cases: Case[] } = JSON.parse(
  readFileSync(join(golden, 'libraries.json'), 'utf8'),
);

describe('preprocessing of 30 images equals that of the libraries (1e-6)', () => {
  for (const { name, size, files, places, values, means } of cases) {
    it(name, async () => {
      const folder = scratch('libraries');
      for (const [file, json] of Object.entries(files)) put(join(folder, file), json);
      const metadata = await readModelMetadata(join(folder, 'model.onnx'));
      const [height, width] = size;
      const { plan } = planImages(metadata, { layout: 'NCHW', channels: 3, height, width });
      const out = new Float32Array(3 * height * width);
      for (const [k, image] of images.entries()) {
        const file = join(golden, 'libraries', image);
        await imageToTensor(
          { kind: 'encodedImage', bytes: readFileSync(file), file },
          plan,
          out,
          0,
        );
        const worst = Math.max(...places.map((at, i) => Math.abs(out[at] - values[k][i])));
        assert.ok(worst <= 1e-6, `${image}: off by ${worst}`);
        const mean = out.reduce((sum, v) => sum + v, 0) / out.length;
        assert.ok(
          Math.abs(mean - means[k]) <= 1e-6,
          `${image}: the mean is off by ${mean - means[k]}`,
        );
      }
    });
  }
});
