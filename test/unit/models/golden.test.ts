import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { modelFiles, openModel } from '../../../src/models/open.js';
import { imageInput } from '../../support/imageInput.js';
import { readNpz } from '../../support/npz.js';
import { referenceData } from '../../support/referenceData.js';

const images = 60;

/** Images of a dataset in the order of its golden file, as bytes [n, size, size, channels]. */
const readers: Record<string, (channels: number) => Promise<Uint8Array[]>> = {
  fashion900: async channels => {
    const folder = referenceData('workspace', 'datasets', 'fashion900') ?? '';
    const files: string[] = [];
    for (const name of (await readdir(folder)).sort())
      for (const file of (await readdir(join(folder, name))).sort())
        files.push(join(folder, name, file));
    // Every class is seen: 900 images in ten folders.
    const some = Array.from({ length: images }, (_, i) => files[i * 15]);
    return Promise.all(some.map(file => pixels(file, channels)));
  },
  'mnist-idx-first1000': async () => {
    const folder = referenceData('workspace', 'datasets', 'mnist-idx') ?? '';
    const name = (await readdir(folder)).find(file => /images/.test(file)) ?? '';
    const bytes = gunzipSync(readFileSync(join(folder, name)));
    return Array.from({ length: images }, (_, i) =>
      bytes.subarray(16 + i * 15 * 784, 16 + (i * 15 + 1) * 784),
    );
  },
  signdigits32: channels => {
    const folder = referenceData('workspace', 'datasets', 'signdigits32') ?? '';
    const lines = readFileSync(join(folder, 'manifest.csv'), 'utf8').split('\n').slice(1);
    const some = Array.from({ length: images }, (_, i) => lines[i * 10].split(',')[0]);
    return Promise.all(some.map(file => pixels(join(folder, file), channels)));
  },
};
/** Which row of the golden file image i is. */
const stride: Record<string, number> = {
  fashion900: 15,
  'mnist-idx-first1000': 15,
  signdigits32: 10,
};

async function pixels(file: string, channels: number): Promise<Uint8Array> {
  const image = sharp(file).toColourspace(channels === 1 ? 'b-w' : 'srgb');
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  assert.equal(info.channels, channels);
  return data;
}

/** NCHW float32, normalised as the model's preprocessor_config.json says. */
function tensorOf(list: Uint8Array[], channels: number, config: Record<string, unknown>) {
  const size = list[0].length / channels;
  const tensor = new Float32Array(list.length * channels * size);
  const scale = config.do_rescale ? Number(config.rescale_factor) : 1;
  const [mean, std] = [config.image_mean, config.image_std] as (number[] | undefined)[];
  let at = 0;
  for (const bytes of list)
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < size; i++) {
        const value = bytes[i * channels + c] * scale;
        tensor[at++] = (value - (mean?.[c] ?? 0)) / (std?.[c] ?? 1);
      }
  return tensor;
}

function softmax(row: Float32Array): Float64Array {
  const max = row.reduce((a, b) => Math.max(a, b));
  const exps = Float64Array.from(row, x => Math.exp(x - max));
  const sum = exps.reduce((a, b) => a + b);
  return exps.map(x => x / sum);
}

const cases = [
  { dataset: 'fashion900', model: 'lenet-mnist', output: 'logits', features: 'features' },
  {
    dataset: 'fashion900',
    model: 'lenet-mnist-undertrained',
    output: 'probs',
    features: 'features',
  },
  {
    dataset: 'fashion900',
    model: 'mnist-cntk',
    output: 'Plus214_Output_0',
    features: 'Pooling160_Output_0_reshape0',
  },
  { dataset: 'mnist-idx-first1000', model: 'lenet-mnist', output: 'logits', features: 'features' },
  {
    dataset: 'mnist-idx-first1000',
    model: 'mnist-cntk',
    output: 'Plus214_Output_0',
    features: 'Pooling160_Output_0_reshape0',
  },
  { dataset: 'signdigits32', model: 'resnet20-cifar10', output: 'probs', features: 'features' },
  { dataset: 'signdigits32', model: 'cnn4-vehicles4', output: 'probs', features: 'features' },
  { dataset: 'signdigits32', model: 'cnn4-random', output: 'probs', features: 'features' },
];

describe('real ONNX models give the golden probabilities and features', function () {
  this.timeout(30_000);
  for (const { dataset, model: name, output, features } of cases) {
    it(`${name} on ${dataset} (needs the reference data)`, async function () {
      const folder = referenceData('workspace', 'models', name);
      const golden = referenceData('golden', `${dataset}__${name}.npz`);
      if (!folder || !golden) this.skip();
      const file = (await readdir(folder)).find(entry => entry.endsWith('.onnx')) ?? '';
      const path = join(folder, file);
      assert.deepEqual(await modelFiles(path), [path]);
      const config = JSON.parse(readFileSync(join(folder, 'preprocessor_config.json'), 'utf8'));
      const model = await openModel(path, { threads: 1 });
      try {
        assert.equal(model.output, output);
        assert.equal(model.features, features);
        assert.deepEqual(model.notices, []);
        const { channels, height, width, layout } = imageInput(model);
        assert.equal(layout, 'NCHW');
        const tensor = tensorOf(await readers[dataset](channels!), channels!, config);
        const result = await model.run([
          { data: tensor, shape: [images, channels!, height!, width!] },
        ]);
        const { probs, features: wanted } = readNpz(golden);
        assert.equal(result.classes, probs.shape[1]);
        assert.equal(result.dimension, wanted.shape[1]);
        assert.equal(result.outputs.length, images * result.classes);
        assert.equal(result.features?.length, images * result.dimension);
        for (let i = 0; i < images; i++) {
          const row = stride[dataset] * i;
          const given = result.outputs.subarray(i * result.classes, (i + 1) * result.classes);
          const p = output === 'probs' ? given : softmax(given);
          p.forEach((value: number, z: number) => {
            const gap = Math.abs(value - probs.data[row * result.classes + z]);
            assert.ok(gap < 1e-5, `image ${row}, class ${z}: off by ${gap}`);
          });
          const vector = [
            ...wanted.data.subarray(row * result.dimension, (row + 1) * result.dimension),
          ];
          // mnist-cntk takes bytes, so its features run into the thousands: seven digits are all that float32 has.
          const allowed = Math.max(1e-4, 1e-6 * Math.max(...vector.map(Math.abs)));
          vector.forEach((value, k) => {
            const gap = Math.abs(result.features![i * result.dimension + k] - value);
            assert.ok(gap <= allowed, `image ${row}, feature ${k}: ${value} off by ${gap}`);
          });
        }
      } finally {
        await model.close();
      }
    });
  }
});
