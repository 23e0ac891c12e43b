import assert from 'node:assert/strict';
import type { ModelSpec } from '../../../src/models/onnx/encode.js';
import { imageInput } from '../../support/imageInput.js';
import { nearArrays } from '../../support/near.js';
import { constant, node, normals, smallClassifier, weights } from '../../support/onnxWriter.js';
import { images, opened, shape, size } from '../../support/openedModel.js';

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
    nearArrays(given, wanted.features);
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
    nearArrays(mean.features, wanted.features);
    const whole = await alone([{ name: 'hidden_map', dims: ['N', 16, size, size] }], {
      ...{ ...tokens, nodes: [...tokens.nodes, node('Identity', ['relu'], 'hidden_map')] },
    });
    nearArrays(whole.features, wanted.features);
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
    nearArrays(cls.features, first.features);
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
