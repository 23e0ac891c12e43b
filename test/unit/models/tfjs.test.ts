import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { sniffModel } from '../../../src/models/index.js';
import type { OpenOptions } from '../../../src/models/model.js';
import { modelFiles } from '../../../src/models/open.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import { layersInParts } from '../../support/layersInParts.js';
import { runModel, worst } from '../../support/modelOutputs.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const fixtures = join(root, 'test', 'fixtures', 'models', 'tfjs');
const expected: {
  shape: number[];
  images: number[];
  parameters: number;
  exact: { outputs: number[]; features: number[] };
  quantised: { outputs: number[]; features: number[] };
} = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8'));
const data = Float32Array.from(expected.images, v => Math.fround(v / 255));

const control: { images: number[][][][]; outputs: Record<string, number[][]> } = JSON.parse(
  readFileSync(join(fixtures, 'control', 'expected.json'), 'utf8'),
);

const run = (path: string, options?: Partial<OpenOptions>) =>
  runModel(path, { data, shape: expected.shape }, options);

describe('TensorFlow.js models', function () {
  this.timeout(60_000);

  for (const [name, kind, features] of [
    ['layers', 'exact', /^gap/],
    ['graph', 'exact', /^pool$/],
    ['graph-quantised', 'quantised', /^pool$/],
  ] as const)
    it(`${name}: outputs and features are those of Keras (1e-6)`, async () => {
      const path = join(fixtures, name, 'model.json');
      const { model, result } = await run(path);
      assert.deepEqual(model.notices, []);
      assert.match(model.features ?? '', features);
      assert.equal(model.parameters, expected.parameters);
      assert.match(model.runtime, /^tfjs 4\.\d+\.\d+ wasm$/);
      assert.equal(model.input.kind, 'image');
      assert.ok(worst(result.outputs, expected[kind].outputs) < 1e-6);
      assert.ok(result.features);
      assert.ok(worst(result.features, expected[kind].features) < 1e-6);
      assert.deepEqual([result.classes, result.dimension], [5, 8]);
      assert.equal((await modelFiles(path)).length, 3);
    });

  // Each folder that make.py leaves there, in the converter's steps: fused operators, quantisation, shards.
  const converted = join(fixtures, 'converted');
  for (const { name } of readdirSync(converted, { withFileTypes: true }).filter(entry =>
    entry.isDirectory(),
  ))
    it(`converted ${name}: outputs and features are those of Keras (1e-5)`, async () => {
      const wanted = JSON.parse(readFileSync(join(converted, name, 'expected.json'), 'utf8'));
      const path = join(converted, name, 'model.json');
      const images = Float32Array.from(wanted.images, (v: number) => v / 255);
      const { model, result } = await runModel(path, { data: images, shape: wanted.shape });
      assert.deepEqual([model.notices, result.dimension], [[], wanted.dimension]);
      for (const [given, values] of [
        [result.outputs, wanted.outputs],
        [result.features, wanted.features],
      ] as const)
        assert.ok(worst(given ?? [], values) < 1e-5 * Math.max(...values.map(Math.abs)));
    });

  it('of an encoder only the features are taken that a user names', async () => {
    const folder = scratch('tfjs-encoder');
    cpSync(join(fixtures, 'graph'), folder, { recursive: true });
    const path = join(folder, 'model.json');
    const json = JSON.parse(readFileSync(path, 'utf8'));
    const dim = [-1, 8, 8, 8].map(size => ({ size: String(size) }));
    json.signature.outputs = { map: { name: 'd:0', dtype: 'DT_FLOAT', tensorShape: { dim } } };
    put(path, json);
    await assert.rejects(run(path), /"d.*not a score.*encoder set "features"/);
    const { model, result } = await run(path, { features: 'd' });
    assert.deepEqual([model.output, result.classes, result.outputs.length], ['', 0, 0]);
    assert.ok(worst(result.features ?? [], expected.exact.features) < 1e-6);
  });

  it('layers in parts, as of Teachable Machine, give features too', async () => {
    const path = layersInParts();
    const { model, result } = await run(path);
    assert.deepEqual(model.notices, []);
    assert.ok(worst(result.outputs, expected.exact.outputs) < 1e-6);
    assert.ok(worst(result.features ?? [], expected.exact.features) < 1e-6);
    const named = await run(path, { features: 'dw' });
    assert.ok(worst(named.result.features ?? [], expected.exact.features) < 1e-6);
  });

  // Choices between constants, nested ones, and functions that are given nothing or give back what they were; the images differ in them.
  for (const [name, wanted] of Object.entries(control.outputs))
    it(`${name}: outputs are those of TensorFlow (1e-6), image by image`, async () => {
      const path = join(fixtures, 'control', name, 'model.json');
      for (const [k, image] of control.images.entries()) {
        const given = Float32Array.from(image.flat(2), v => v / 255);
        const { result } = await runModel(path, { data: given, shape: [1, 8, 8, 3] });
        assert.ok(worst(result.outputs, wanted[k]) < 1e-6, `${result.outputs}`);
        assert.equal(result.dimension, 4);
      }
    });

  it('is recognised by its name and beginning, and called by its folder', async () => {
    const found = await sniffModel(join(fixtures, 'layers', 'model.json'));
    assert.deepEqual([found?.format, found?.name], ['tfjs', 'layers']);
    assert.ok((found?.bytes ?? 0) > 2000);
    const folder = scratch('tfjs');
    assert.equal(await sniffModel(put(join(folder, 'model.json'), { name: 'a 3D model' })), null);
    assert.equal(await sniffModel(join(fixtures, 'expected.json')), null);
  });

  it('is also what a page saved as a download, and what early converters wrote', async () => {
    const folder = scratch('tfjs-names');
    const layers = JSON.parse(readFileSync(join(fixtures, 'layers', 'model.json'), 'utf8'));
    const shards = layers.weightsManifest[0].paths.map((name: string) =>
      readFileSync(join(fixtures, 'layers', name)),
    );
    const data = Buffer.concat(shards);
    for (const [file, weights, name] of [
      ['faces.json', 'faces.weights.bin', 'faces'],
      ['model.json', 'group1-shard1of1', basename(folder)],
    ]) {
      layers.weightsManifest[0].paths = [weights];
      put(join(folder, weights), data);
      const path = put(join(folder, file), layers);
      const found = await sniffModel(path);
      assert.equal(found?.name, name);
      assert.ok((found?.bytes ?? 0) > data.length);
      assert.ok(worst((await run(path)).result.outputs, expected.exact.outputs) < 1e-6);
    }
  });

  it('of Keras with one sigmoid gives both classes', async () => {
    const folder = scratch('tfjs-binary');
    cpSync(join(fixtures, 'layers'), folder, { recursive: true });
    const path = join(folder, 'model.json');
    const json = JSON.parse(readFileSync(path, 'utf8'));
    const { config } = json.modelTopology.model_config.config.layers.at(-1);
    Object.assign(config, { units: 1, activation: 'sigmoid' });
    const { weights } = json.weightsManifest[0];
    for (const [name, shape] of Object.entries({ kernel: [8, 1], bias: [1] }))
      weights.find((weight: { name: string }) => weight.name === `head/${name}`).shape = shape;
    put(path, json);
    const { result } = await run(path);
    assert.deepEqual([result.classes, result.dimension], [2, 8]);
    for (let row = 0; row < result.outputs.length; row += 2) {
      const [first, second] = result.outputs.subarray(row, row + 2);
      assert.ok(second > 0 && second < 1 && Math.abs(first + second - 1) < 1e-6);
    }
    config.activation = 'linear';
    put(path, json);
    assert.equal((await run(path)).result.classes, 1);
  });

  it('of Keras is refused where TensorFlow.js would read over what it says', async () => {
    const folder = scratch('tfjs-relu');
    cpSync(join(fixtures, 'layers'), folder, { recursive: true });
    const path = join(folder, 'model.json');
    const json = JSON.parse(readFileSync(path, 'utf8'));
    const { layers } = json.modelTopology.model_config.config;
    const relu = layers.find((layer: { class_name: string }) => layer.class_name === 'ReLU');
    relu.config.negative_slope = 0.1;
    put(path, json);
    await assert.rejects(run(path), /layer "relu": a ReLU with a slope below zero/);
  });

  it('takes the features that are asked for, also a map, or none', async () => {
    const path = join(fixtures, 'graph', 'model.json');
    const { result } = await run(path, { features: 'd' });
    // The mean over positions of the map is what the pooling gives.
    assert.ok(worst(result.features ?? [], expected.exact.features) < 1e-6);
    const layers = await run(join(fixtures, 'layers', 'model.json'), { features: 'dw' });
    assert.ok(worst(layers.result.features ?? [], expected.exact.features) < 1e-6);
    assert.equal((await run(path, { features: null })).result.features, null);
  });

  describe('that are no sound models fail with a cure', () => {
    const folder = scratch('tfjs-bad');
    const path = join(folder, 'model.json');
    beforeEach(() => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      cpSync(join(fixtures, 'graph'), folder, { recursive: true });
    });
    const read = () => JSON.parse(readFileSync(path, 'utf8'));

    async function fails(code: string, says: RegExp, options: Partial<OpenOptions> = {}) {
      await assert.rejects(run(path, options), error => {
        const { code: given, message } = noticeOf(error);
        assert.equal(given, code, message);
        assert.ok(message.startsWith(`${path}: `), message);
        assert.match(message, says);
        assert.doesNotMatch(message, /\{\w+\}|\n|undefined/);
        return true;
      });
    }

    it('cut JSON', async () => {
      truncateSync(path, 2000);
      await fails('model.notTfjs', /damaged/);
    });
    it('JSON of another shape', async () => {
      writeFileSync(path, JSON.stringify({ modelTopology: { node: 5 }, weightsManifest: [] }));
      await fails('model.notTfjs', /modelTopology\.node/);
    });
    it('a shard that is missing', async () => {
      rmSync(join(folder, 'group1-shard2of2.bin'));
      await fails('model.externalMissing', /group1-shard2of2\.bin/);
    });
    it('a shard that is cut', async () => {
      truncateSync(join(folder, 'group1-shard2of2.bin'), 100);
      await fails('model.externalTruncated', /ends too early/);
    });
    it('a shard outside its folder', async () => {
      const json = read();
      json.weightsManifest[0].paths[0] = '../../etc/passwd';
      writeFileSync(path, JSON.stringify(json));
      await fails('model.externalOutside', /outside its folder/);
    });
    it('ten gigabytes that are claimed and not there', async () => {
      const json = read();
      json.weightsManifest[0].weights[0].shape = [100_000, 100_000];
      writeFileSync(path, JSON.stringify(json));
      await fails('model.externalTruncated', /ends too early/);
    });
    it('an operator that is not known', async () => {
      const json = read();
      json.modelTopology.node.find((n: { name: string }) => n.name === 'r').op = 'FancyNewOp';
      writeFileSync(path, JSON.stringify(json));
      await fails('model.unsupportedOp', /FancyNewOp/);
    });
    it('a node that wants another that is not there', async () => {
      const json = read();
      json.modelTopology.node.find((n: { name: string }) => n.name === 'r').input = ['nowhere'];
      writeFileSync(path, JSON.stringify(json));
      await fails('model.notTfjs', /node "r" wants "nowhere"/);
    });
    it('weights of another shape', async () => {
      const json = read();
      const weight = json.weightsManifest[0].weights.find((w: { name: string }) => w.name === 'w');
      weight.shape = [5, 8];
      writeFileSync(path, JSON.stringify(json));
      await fails('model.run', /matMul|shape|inner/i);
    });
    it('a tensor, an output or an input that is not there', async () => {
      await fails('model.noTensor', /"features"/, { features: 'nowhere' });
      await fails('model.noOutput', /Identity/, { output: 'nowhere' });
      await fails('model.noInput', /"input"/, { input: 'nowhere' });
    });
    it('token ids for an input', async () => {
      const json = read();
      const dim = [-1, 12].map(size => ({ size: String(size) }));
      json.signature.inputs.x = { name: 'x:0', dtype: 'DT_INT32', tensorShape: { dim } };
      const placeholder = json.modelTopology.node.find((n: { name: string }) => n.name === 'x');
      placeholder.attr = { dtype: { type: 'DT_INT32' }, shape: { shape: { dim } } };
      writeFileSync(path, JSON.stringify(json));
      await fails('model.idsInput', /int32\[\?, 12\], whole numbers such as the token ids/);
    });
    it('a Git LFS pointer', async () => {
      writeFileSync(path, '{"x":"modelTopology"');
      await fails('model.notTfjs', /JSON/);
    });
  });
});
