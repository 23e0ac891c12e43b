import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Model, OpenOptions } from '../../../src/models/model.js';
import type { ModelSpec } from '../../../src/models/onnx/encode.js';
import { openModel } from '../../../src/models/open.js';
import { imageInput } from '../../support/imageInput.js';
import {
  constant,
  node,
  normals,
  onnxModel,
  smallClassifier,
  weights,
  writeExternal,
} from '../../support/onnxWriter.js';
import { scratch } from '../../support/scratch.js';

const folder = scratch('open-model');
const [rows, channels, size] = [5, 3, 8];
const images = Float32Array.from({ length: rows * channels * size * size }, (_, i) =>
  Math.sin(i * i),
);
const shape = [rows, channels, size, size];

/** The same images with their channels last. */
const channelsLast = images.map((_, at) => {
  const c = at % channels;
  const pixel = Math.floor(at / channels) % (size * size);
  const row = Math.floor(at / (channels * size * size));
  return images[(row * channels + c) * size * size + pixel];
});

async function opened<T>(
  spec: ModelSpec,
  use: (model: Model) => Promise<T> | T,
  options?: Partial<OpenOptions>,
): Promise<T> {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, onnxModel(spec));
  const model = await openModel(path, { threads: 1, ...options });
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}

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
      near(fixed.outputs, alone.outputs);
      near(fixed.features, alone.features);
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
        near(given.outputs, wanted.outputs);
        near(given.features, wanted.features);
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
    near(two.outputs, one.outputs);
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
    const [blob, link] = [join(folder, 'blob'), join(folder, 'links', 'model.onnx')];
    writeFileSync(blob, onnxModel(big()));
    mkdirSync(join(folder, 'links'));
    symlinkSync(join('..', 'blob'), link);
    const model = await openModel(link, { threads: 1 });
    assert.equal(model.features, 'features');
    await model.close();
  });

  it('and with weights beside it, both through links, runs, though maybe without features', async () => {
    const target = join(folder, 'target');
    mkdirSync(target);
    await writeExternal(join(target, 'a'), big(), 'b');
    const links = join(folder, 'snapshot');
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

describe('what the graph says of its input', function () {
  this.timeout(60_000);
  const cases: [string, (number | string | null)[] | undefined, object][] = [
    [
      'channels first',
      ['N', 3, 224, 224],
      { layout: 'NCHW', channels: 3, height: 224, width: 224, batch: null },
    ],
    [
      'channels last',
      [8, 24, 32, 1],
      { layout: 'NHWC', channels: 1, height: 24, width: 32, batch: 8 },
    ],
    [
      'last, of dynamic size',
      [null, 'H', 'W', 4],
      { layout: 'NHWC', channels: 4, height: null, width: null, batch: null },
    ],
    [
      'first, of dynamic size',
      [null, 1, null, null],
      { layout: 'NCHW', channels: 1, height: null, width: null, batch: null },
    ],
    [
      'fits both: channels first',
      [1, 3, 9, 3],
      { layout: 'NCHW', channels: 3, height: 9, width: 3, batch: 1 },
    ],
    [
      'nothing stated',
      undefined,
      { layout: 'NCHW', channels: null, height: null, width: null, batch: null },
    ],
    [
      'unknown as zero and minus one',
      [-1, 3, 0, -1],
      { layout: 'NCHW', channels: 3, height: null, width: null, batch: null },
    ],
  ];
  // The graph itself takes anything, so that only the statement about it matters.
  const spec = (dims: (number | string | null)[] | undefined): ModelSpec => ({
    nodes: [node('GlobalAveragePool', ['x'], 'p'), node('Flatten', ['p'], 'scores')],
    inputs: [{ name: 'x', ...(dims ? { dims } : {}) }],
    outputs: [{ name: 'scores', dims: ['n', null] }],
  });
  for (const [name, dims, wanted] of cases)
    it(name, () =>
      opened(spec(dims), ({ input }) =>
        assert.deepEqual(input, { ...wanted, kind: 'image', name: 'x', type: 'float32' }),
      ),
    );

  it('a layout that is stated wins', () =>
    opened(
      spec([1, 3, 9, 3]),
      model => {
        const { layout, channels, height } = imageInput(model);
        assert.deepEqual([layout, channels, height], ['NHWC', 3, 3]);
      },
      { layout: 'NHWC' },
    ));

  it('initialisers that are listed as inputs are not inputs', () => {
    const given = smallClassifier({ size });
    const listed = (given.initializers ?? []).map(({ name, dims }) => ({ name, dims }));
    // Before IR 4 every initialiser had to be listed.
    const old = { ...given, irVersion: 3, opset: 8, inputs: [...listed, ...(given.inputs ?? [])] };
    return opened(old, async model => {
      assert.equal(model.input.name, 'images');
      assert.equal(model.features, 'features');
      assert.equal((await model.run([{ data: images, shape }])).classes, 10);
    });
  });
});

describe('which output holds the class scores', function () {
  this.timeout(60_000);
  const base = smallClassifier({ size, output: 'probabilities' });
  const rows10 = (name: string) => ({ name, dims: ['N', 10] });
  const features = { name: 'features', dims: ['N', 16] };
  const pick = (outputs: ModelSpec['outputs'], more: Partial<ModelSpec> = {}, output?: string) =>
    opened(
      { ...base, ...more, outputs },
      ({ output: chosen, notices }) => [chosen, notices.map(({ code }) => code)],
      { output },
    );

  it('probabilities go before logits, both before features, in any order and without a word', async () => {
    const [f, l, p] = [features, rows10('logits'), rows10('scores')];
    for (const order of [
      [f, l, p],
      [p, l, f],
      [l, f, p],
    ])
      assert.deepEqual(await pick(order), ['scores', []]);
    assert.deepEqual(await pick([f, l]), ['logits', []]);
  });

  /** What a model that gives no scores makes of the images. */
  const alone = (outputs: ModelSpec['outputs'], more: Partial<ModelSpec>, options = {}) =>
    opened(
      { ...base, ...more, outputs },
      async model => {
        const { outputs: scores, classes, features } = await model.run([{ data: images, shape }]);
        assert.deepEqual([model.output, model.notices, scores.length, classes], ['', [], 0, 0]);
        return { tensor: model.features, features };
      },
      options,
    );

  it('of an encoder none: it gives features alone', async () => {
    const wanted = await opened(base, model => model.run([{ data: images, shape }]));
    const { tensor, features: given } = await alone([features], {});
    assert.equal(tensor, 'features');
    near(given, wanted.features);
    // But a head that is called after what it is made of is one.
    const head = { ...base, nodes: [...base.nodes, node('Identity', ['logits'], 'pooled_logits')] };
    assert.deepEqual(await pick([rows10('pooled_logits')], head), ['pooled_logits', []]);
    assert.deepEqual(await pick([features], {}, 'features'), ['features', []]);
  });

  it('of an encoder that gives tokens none: their mean, or the first of them, is the features', async () => {
    const area = size * size;
    const tokens = {
      nodes: [
        ...base.nodes,
        node('Reshape', ['relu', 'flat'], 'rows'),
        node('Transpose', ['rows'], 'last_hidden_state', { perm: [0, 2, 1] }),
      ],
      initializers: [...(base.initializers ?? []), constant('flat', [3], [0, 16, area], 'int64')],
    };
    const outputs = [{ name: 'last_hidden_state', dims: ['N', area, 16] }];
    const wanted = await opened(base, model => model.run([{ data: images, shape }]));
    const mean = await alone(outputs, tokens);
    assert.equal(mean.tensor, 'last_hidden_state');
    near(mean.features, wanted.features);
    const whole = await alone([{ name: 'hidden_map', dims: ['N', 16, size, size] }], {
      ...{ ...tokens, nodes: [...tokens.nodes, node('Identity', ['relu'], 'hidden_map')] },
    });
    near(whole.features, wanted.features);
    const cls = await alone(outputs, tokens, { pooling: 'cls' });
    const first = await opened(
      {
        ...{ ...base, initializers: [...tokens.initializers, constant('first', [], [0], 'int64')] },
        nodes: [
          ...tokens.nodes,
          node('Gather', ['last_hidden_state', 'first'], 'cls', { axis: 1 }),
        ],
        outputs: [rows10('logits')],
      },
      model => model.run([{ data: images, shape }]),
      { features: 'cls' },
    );
    near(cls.features, first.features);
    assert.notDeepEqual(cls.features, mean.features);
    // Pooling that is configured is of tokens, also where vectors lie beside them.
    const both = await alone([features, ...outputs], tokens, { pooling: 'cls' });
    assert.deepEqual(both, cls);
    assert.equal((await alone([features, ...outputs], tokens)).tensor, 'features');
  });

  it('maps beside them are passed over', async () => {
    const map = { name: 'relu', dims: ['N', 16, size, size] };
    assert.deepEqual(await pick([map, rows10('logits')]), ['logits', []]);
  });

  it('of two heads one is taken by its name, and a notice says so', async () => {
    const other = {
      nodes: [...base.nodes, node('Gemm', ['features', 'other'], 'aux')],
      initializers: [...(base.initializers ?? []), weights('other', [16, 10], normals(9))],
    };
    const outputs = [rows10('aux'), rows10('logits')];
    assert.deepEqual(await pick(outputs, other), ['logits', ['model.outputChosen']]);
    assert.deepEqual(await pick(outputs, other, 'aux'), ['aux', []]);
  });
});

function near(given: Float32Array | null, wanted: Float32Array | null): void {
  assert.ok(given && wanted && given.length === wanted.length && wanted.length > 0);
  wanted.forEach((value, i) => {
    const gap = Math.abs(given[i] - value);
    assert.ok(gap <= 1e-5 * Math.max(1, Math.abs(value)), `${i}: ${value} off by ${gap}`);
  });
}
