import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelSpec } from '../../../src/models/onnx/encode.js';
import { openModel } from '../../../src/models/open.js';
import { nearArrays } from '../../support/near.js';
import {
  constant,
  node,
  normals,
  onnxModel,
  smallClassifier,
  weights,
  writeExternal,
} from '../../support/onnxWriter.js';
import {
  channels,
  images,
  modelFolder,
  opened,
  rows,
  shape,
  size,
} from '../../support/openedModel.js';

/** The same images with their channels last. */
const channelsLast = images.map((_, at) => {
  const c = at % channels;
  const pixel = Math.floor(at / channels) % (size * size);
  const row = Math.floor(at / (channels * size * size));
  return images[(row * channels + c) * size * size + pixel];
});

describe('a run of an ONNX model', function () {
  this.timeout(60_000);
  const small = { size, classes: 7 };

  it('channels last gives what channels first gives', async () => {
    const first = await opened(smallClassifier(small), model =>
      model.run([{ data: images, shape }]),
    );
    const last = await opened(smallClassifier({ ...small, layout: 'NHWC' }), model =>
      model.run([{ data: channelsLast, shape: [rows, size, size, channels] }]),
    );
    assert.deepEqual(last, first);
  });

  for (const batch of [1, 2, 5, 8]) {
    it(`a batch fixed at ${batch} gives any number of rows what each row gives alone`, async () => {
      const alone = await opened(smallClassifier({ ...small, batch: 1 }), model =>
        model.run([{ data: images, shape }]),
      );
      assert.equal(alone.outputs.length, rows * 7);
      const fixed = await opened(smallClassifier({ ...small, batch }), model => {
        assert.equal(model.input.batch, batch);
        return model.run([{ data: images, shape }]);
      });
      nearArrays(fixed.outputs, alone.outputs);
      nearArrays(fixed.features, alone.features);
      assert.deepEqual([fixed.classes, fixed.dimension], [alone.classes, alone.dimension]);
    });
  }

  it('a graph that only keeps a batch of one, though it states a dynamic one, is run row by row', async () => {
    const spec = smallClassifier(small);
    const flatten = spec.nodes.findIndex(({ op }) => op === 'Flatten');
    const stuck = node('Reshape', ['pooled', 'one'], 'features');
    const constants = [...(spec.initializers ?? []), constant('one', [2], [1, 16], 'int64')];
    const nodes = spec.nodes.map((each, i) => (i === flatten ? stuck : each));
    const wanted = await opened(spec, model => model.run([{ data: images, shape }]));
    await opened({ ...spec, nodes, initializers: constants }, async model => {
      for (let again = 0; again < 2; again++) {
        const given = await model.run([{ data: images, shape }]);
        nearArrays(given.outputs, wanted.outputs);
        nearArrays(given.features, wanted.features);
      }
    });
  });

  it('any number of threads, and memory that is shared, give the same', async () => {
    const one = await opened(smallClassifier(small), model => model.run([{ data: images, shape }]));
    const shared = new Float32Array(new SharedArrayBuffer(images.byteLength));
    shared.set(images);
    const two = await opened(
      smallClassifier(small),
      model => model.run([{ data: shared, shape }]),
      {
        threads: 2,
      },
    );
    nearArrays(two.outputs, one.outputs);
  });

  it('bytes are rounded and clamped for a uint8 input', async () => {
    const bytes = images.map((_, i) => (i * 7) % 256);
    const rough = bytes.map((value, i) =>
      value === 0 ? -3 : value === 255 ? 300 : value + ((i % 9) - 4) / 10,
    );
    const type = 'uint8' as const;
    const [exact, given] = [
      await opened(smallClassifier({ ...small, type }), model =>
        model.run([{ data: bytes, shape }]),
      ),
      await opened(smallClassifier({ ...small, type }), model =>
        model.run([{ data: rough, shape }]),
      ),
    ];
    assert.deepEqual(given, exact);
  });

  it('outputs of float64 and of [n, classes, 1, 1] are class scores too', async () => {
    const spec = smallClassifier(small);
    const { outputs: wanted } = await opened(spec, model => model.run([{ data: images, shape }]));
    const cast = node('Cast', ['scores'], 'wide', { to: 11 });
    const doubles = await opened(
      {
        ...spec,
        nodes: [...spec.nodes, cast],
        outputs: [{ name: 'wide', type: 'float64', dims: ['N', 7] }],
      },
      model => model.run([{ data: images, shape }]),
    );
    assert.deepEqual(doubles.outputs, wanted);
    const reshape = node('Reshape', ['scores', 'to'], 'map');
    const maps = await opened(
      {
        ...spec,
        nodes: [...spec.nodes, reshape],
        initializers: [...(spec.initializers ?? []), constant('to', [4], [0, -1, 1, 1], 'int64')],
        outputs: [{ name: 'map', dims: ['N', 7, 1, 1] }],
      },
      model => model.run([{ data: images, shape }]),
    );
    assert.deepEqual(maps.outputs, wanted);
    assert.equal(maps.classes, 7);
  });

  it('one sigmoid gives both classes of a binary classifier, one number without it a single column', async () => {
    const spec = smallClassifier({ ...small, classes: 1 });
    const run = (ends: ModelSpec) => opened(ends, model => model.run([{ data: images, shape }]));
    const alone = await run(spec);
    assert.deepEqual([alone.classes, alone.outputs.length], [1, rows]);
    const both = await run({
      ...spec,
      nodes: [...spec.nodes, node('Sigmoid', ['scores'], 'second')],
      outputs: [{ name: 'second', dims: ['N', 1] }],
    });
    assert.equal(both.classes, 2);
    const second = alone.outputs.map(logit => 1 / (1 + Math.exp(-logit)));
    nearArrays(
      both.outputs,
      Float32Array.from({ length: 2 * rows }, (_, k) =>
        k % 2 ? second[k >> 1] : 1 - second[k >> 1],
      ),
    );
    assert.deepEqual(both.features, alone.features);
  });
});

describe('a model with weights of some size', function () {
  this.timeout(60_000);
  // Weights above 4 kB stay in the file, and lie there at odd addresses; batch norm is folded into them at load.
  const big = (): ModelSpec => {
    const spec = smallClassifier({ size, hidden: 200, classes: 7 });
    const normal = normals(3);
    const norm = ['scale', 'shift', 'mean', 'variance'].map(name =>
      constant(
        name,
        [200],
        Array.from({ length: 200 }, () => 0.5 + Math.abs(normal())),
      ),
    );
    const relu = spec.nodes.findIndex(({ op }) => op === 'Relu');
    const nodes = [...spec.nodes];
    const names = norm.map(({ name }) => name);
    nodes.splice(
      relu,
      1,
      node('Conv', ['conv', 'mix'], 'mixed'),
      node('BatchNormalization', ['mixed', ...names], 'normed'),
      node('Relu', ['normed'], 'relu'),
    );
    const mix = weights('mix', [200, 200, 1, 1], normal);
    return { ...spec, nodes, initializers: [...(spec.initializers ?? []), ...norm, mix] };
  };

  it('gives the same to the bit with features and without', async () => {
    const given = await opened(big(), model => model.run([{ data: images, shape }]));
    const plain = await opened(big(), model => model.run([{ data: images, shape }]), {
      features: null,
    });
    assert.equal(given.dimension, 200);
    assert.equal(plain.features, null);
    assert.deepEqual(given.outputs, plain.outputs);
  });

  it('has its features through a link too, as the Hugging Face cache lays files out', async () => {
    const [blob, link] = [join(modelFolder, 'blob'), join(modelFolder, 'links', 'model.onnx')];
    writeFileSync(blob, onnxModel(big()));
    mkdirSync(join(modelFolder, 'links'));
    symlinkSync(join('..', 'blob'), link);
    const model = await openModel(link, { threads: 1 });
    assert.equal(model.features, 'features');
    await model.close();
  });

  it('and with weights beside it, both through links, runs, though maybe without features', async () => {
    const target = join(modelFolder, 'target');
    mkdirSync(target);
    await writeExternal(join(target, 'a'), big(), 'b');
    const links = join(modelFolder, 'snapshot');
    mkdirSync(links);
    symlinkSync(join('..', 'target', 'a'), join(links, 'model.onnx'));
    symlinkSync(join('..', 'target', 'b'), join(links, 'b'));
    const model = await openModel(join(links, 'model.onnx'), { threads: 1 });
    const { outputs } = await model.run([{ data: images, shape }]);
    await model.close();
    const plain = await opened(big(), other => other.run([{ data: images, shape }]), {
      features: null,
    });
    assert.deepEqual(outputs, plain.outputs);
    const codes = model.notices.map(({ code }) => code);
    assert.deepEqual(codes, model.features === null ? ['model.featuresFailed'] : []);
  });
});
