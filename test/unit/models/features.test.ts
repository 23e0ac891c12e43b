import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelSpec, NodeSpec, TensorSpec } from '../../../src/models/onnx/encode.js';
import { openModel } from '../../../src/models/open.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import { imageInput } from '../../support/imageInput.js';
import {
  constant,
  node,
  normals,
  onnxModel,
  smallClassifier,
  weights,
} from '../../support/onnxWriter.js';
import { root } from '../../support/referenceData.js';
import { scratch } from '../../support/scratch.js';

const [rows, size, hidden, classes] = [4, 8, 6, 5];
const folder = scratch('features');

/** Conv and Relu on the images ("relu"), or those averaged over space ("features"), and then a head. */
function withHead(head: NodeSpec[], more: TensorSpec[] = [], output = 'scores'): ModelSpec {
  const body = smallClassifier({ size, hidden, classes });
  const nodes = [...body.nodes.filter(({ op }) => op !== 'Gemm'), ...head];
  const normal = normals(7);
  const initializers = [
    ...(body.initializers ?? []),
    weights('w', [hidden, classes], normal),
    weights('w2', [classes, hidden], normal),
    weights('k', [classes, hidden, 1, 1], normal),
    weights('b', [classes], normal),
    ...more,
  ];
  return { ...body, nodes, initializers, outputs: [{ name: output, dims: ['N', classes] }] };
}

const images = Float32Array.from(
  { length: rows * 3 * size * size },
  (_, i) => ((i * 37) % 101) / 100,
);
const shape = [rows, 3, size, size];

function write(spec: ModelSpec): string {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, onnxModel(spec));
  return path;
}

/** What the runtime gives for a tensor that the model itself was written to put out. */
async function reference(spec: ModelSpec, tensor: string): Promise<Float32Array> {
  const bytes = onnxModel({ ...spec, outputs: [{ name: tensor }] });
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const results = await session.run({ images: new Tensor('float32', images, shape) }, [tensor]);
  const { data } = results[tensor];
  await session.release();
  assert.ok(data instanceof Float32Array);
  return data;
}

async function featuresOf(spec: ModelSpec, features?: string | null) {
  const model = await openModel(write(spec), { threads: 1, features });
  const result = await model.run([{ data: images, shape }]);
  await model.close();
  return { model, result };
}

const gemm = (x: string, y = 'scores') => node('Gemm', [x, 'w2', 'b'], y, { transB: 1 });

/** Heads by name, and the tensor that is their input; it is "features" of the body, or `relu`, averaged by "pooled". */
const heads: Record<string, [NodeSpec[], string, TensorSpec[]?]> = {
  Gemm: [[gemm('features')], 'features'],
  'MatMul and Add': [
    [node('MatMul', ['features', 'w'], 'm'), node('Add', ['m', 'b'], 'scores')],
    'features',
  ],
  'Add with the bias first': [
    [node('MatMul', ['features', 'w'], 'm'), node('Add', ['b', 'm'], 'scores')],
    'features',
  ],
  'weights transposed in the graph': [
    [
      node('Transpose', ['w2'], 'wt', { perm: [1, 0] }),
      node('MatMul', ['features', 'wt'], 'scores'),
    ],
    'features',
  ],
  'weights in a Constant node': [
    [
      node('Constant', [], 'w3', { value: weights('', [hidden, classes], normals(3)) }),
      node('MatMul', ['features', 'w3'], 'scores'),
    ],
    'features',
  ],
  'Softmax at the end': [
    [gemm('features', 'l'), node('Softmax', ['l'], 'scores', { axis: 1 })],
    'features',
  ],
  'Sigmoid at the end': [[gemm('features', 'l'), node('Sigmoid', ['l'], 'scores')], 'features'],
  'a temperature on the logits': [
    [
      gemm('features', 'l'),
      node('Div', ['l', 't'], 's'),
      node('Softmax', ['s'], 'scores', { axis: 1 }),
    ],
    'features',
    [constant('t', [], [2.5])],
  ],
  'Dropout before, Reshape, Identity and Cast after': [
    [
      node('Dropout', ['features'], 'dropped'),
      gemm('dropped', 'l'),
      node('Reshape', ['l', 'to'], 'r'),
      node('Identity', ['r'], 'i'),
      node('Cast', ['i'], 'scores', { to: 1 }),
    ],
    'dropped',
    [constant('to', [2], [0, -1], 'int64')],
  ],
  'Conv 1x1 as a head, then pooling (SqueezeNet)': [
    [
      node('Conv', ['relu', 'k', 'b'], 'c'),
      node('Relu', ['c'], 'cr'),
      node('GlobalAveragePool', ['cr'], 'g'),
      node('Flatten', ['g'], 'scores', { axis: 1 }),
    ],
    'relu',
  ],
  'Conv 1x1 as a head on pooled maps (MobileNet)': [
    [node('Conv', ['pooled', 'k', 'b'], 'c'), node('Flatten', ['c'], 'scores', { axis: 1 })],
    'pooled',
  ],
};

describe('penultimate features of an ONNX classifier', function () {
  this.timeout(60_000);
  for (const [name, [head, tensor, more]] of Object.entries(heads)) {
    it(`head: ${name}`, async () => {
      const spec = withHead(head, more);
      const { model, result } = await featuresOf(spec);
      assert.equal(model.features, tensor);
      assert.deepEqual(model.notices, []);
      assert.equal(result.dimension, hidden);
      // Of a map, the features are the mean over space: what the body's own pooling gives.
      const wanted = await reference(spec, tensor === 'relu' ? 'pooled' : tensor);
      near(result.features, wanted);
      near(result.outputs, await reference(spec, 'scores'));
    });
  }

  const headless: Record<string, [NodeSpec[], TensorSpec[]?]> = {
    'two heads averaged': [
      [
        gemm('features', 'a'),
        node('MatMul', ['features', 'w'], 'm'),
        node('Add', ['a', 'm'], 'scores'),
      ],
    ],
    'weights that depend on the image': [
      [
        node('Reshape', ['features', 'to'], 'column'),
        node('MatMul', ['column', 'row'], 'own'),
        node('Unsqueeze', ['features', 'one'], 'f'),
        node('MatMul', ['f', 'own'], 'm'),
        node('Squeeze', ['m', 'one'], 'scores'),
      ],
      [
        constant('to', [3], [0, -1, 1], 'int64'),
        weights('row', [1, classes], normals(2)),
        constant('one', [1], [1], 'int64'),
      ],
    ],
    'a linear layer on each position, averaged afterwards': [
      [
        node('Transpose', ['relu'], 'nhwc', { perm: [0, 2, 3, 1] }),
        node('MatMul', ['nhwc', 'w'], 'm'),
        node('ReduceMean', ['m'], 'scores', { axes: [1, 2], keepdims: 0 }),
      ],
    ],
  };
  for (const [name, [head, more]] of Object.entries(headless)) {
    it(`none, and a notice, for ${name}`, async () => {
      const { model, result } = await featuresOf(withHead(head, more));
      assert.equal(model.features, null);
      assert.deepEqual(
        model.notices.map(({ code }) => code),
        ['model.noFeatures'],
      );
      assert.match(model.notices[0].message, /"features" in model\.transferlens\.json/);
      assert.equal(result.features, null);
      assert.equal(result.classes, classes);
    });
  }

  it('a user may name the tensor; a map is averaged over space', async () => {
    const spec = withHead([gemm('features')]);
    const { model, result } = await featuresOf(spec, 'relu');
    assert.equal(model.features, 'relu');
    near(result.features, await reference(spec, 'features'));
  });

  it('a user may want none', async () => {
    const { model, result } = await featuresOf(withHead([gemm('features')]), null);
    assert.deepEqual([model.features, result.features, result.dimension], [null, null, 0]);
    assert.deepEqual(model.notices, []);
  });

  it('a tensor that is not there is an error that names it', async () => {
    await assert.rejects(featuresOf(withHead([gemm('features')]), 'nothing'), error => {
      assert.equal(noticeOf(error).code, 'model.noTensor');
      assert.match(noticeOf(error).message, /"nothing".*"features" in model\.transferlens\.json/);
      return true;
    });
  });

  it('a tensor that is no vector for each image is an error that says its shape', async () => {
    const spec = withHead([gemm('features'), node('Shape', ['features'], 'counts')]);
    await assert.rejects(featuresOf(spec, 'counts'), error => {
      assert.equal(noticeOf(error).code, 'model.featuresShape');
      assert.match(noticeOf(error).message, /"counts" are float32\[2\]/);
      return true;
    });
  });

  it('a model that refuses the edit runs without, and says so', async () => {
    // The name that the edit would use is taken.
    const taken = node('Identity', ['features'], 'features/transferlens/Cast');
    const spec = withHead([gemm('features'), taken]);
    const { model, result } = await featuresOf(spec);
    assert.equal(model.features, null);
    assert.deepEqual(
      model.notices.map(({ code }) => code),
      ['model.featuresFailed'],
    );
    near(result.outputs, await reference(spec, 'scores'));
  });

  const fixtures = join(root, 'test', 'fixtures', 'models');
  // In half precision the added output changes which operators are fused, by a last digit.
  const exact = readdirSync(fixtures).filter(name => /^(?!float16).*\.onnx$/.test(name));
  for (const name of exact) {
    it(`the outputs of ${name} are the same to the bit with and without features`, async () => {
      const outputs: Float32Array[] = [];
      for (const features of [undefined, null]) {
        const model = await openModel(join(fixtures, name), { threads: 1, features });
        const { channels, layout } = imageInput(model);
        const dims = layout === 'NCHW' ? [channels!, 8, 8] : [8, 8, channels!];
        const tensor = images.subarray(0, 2 * channels! * 64);
        outputs.push((await model.run([{ data: tensor, shape: [2, ...dims] }])).outputs);
        assert.equal(model.features === null, features === null);
        await model.close();
      }
      assert.deepEqual(outputs[0], outputs[1]);
    });
  }
});

function near(given: Float32Array | null, wanted: Float32Array): void {
  assert.equal(given?.length, wanted.length);
  wanted.forEach((value, i) => {
    const gap = Math.abs(given![i] - value);
    assert.ok(gap <= 1e-5 * Math.max(1, Math.abs(value)), `${i}: ${value} off by ${gap}`);
  });
}
