import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { sniffModel } from '../../../src/models/index.js';
import { modelFiles, openModel } from '../../../src/models/open.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import { constant, node, normals, onnxModel } from '../../support/onnxWriter.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const fixtures = join(root, 'test', 'fixtures', 'models', 'ort');
const path = join(fixtures, 'small.ort');
const expected: { images: number[]; outputs: number[]; features: number[] } = JSON.parse(
  readFileSync(join(fixtures, 'expected.json'), 'utf8'),
);
const batch = [
  { data: Float32Array.from(expected.images, v => Math.fround(v / 255)), shape: [3, 3, 8, 8] },
];

function near(got: ArrayLike<number>, wanted: readonly number[]) {
  assert.equal(got.length, wanted.length);
  wanted.forEach((value, i) => {
    assert.ok(Math.abs(got[i] - value) < 1e-6, `${i}`);
  });
}

describe("models in ONNX Runtime's own format", () => {
  it('give the outputs and features of ONNX Runtime for Python (1e-6)', async () => {
    const model = await openModel(path, { threads: 1 });
    const result = await model.run(batch);
    await model.close();
    assert.deepEqual([model.output, model.features, model.notices], ['logits', 'features', []]);
    assert.equal(model.parameters, null);
    near(result.outputs, expected.outputs);
    near(result.features ?? [], expected.features);
    assert.deepEqual(await modelFiles(path), [path]);
    assert.deepEqual((await sniffModel(path))?.format, 'ort');
  });

  it('that quantise by what a call holds give a row the same whatever stands beside it', async () => {
    const folder = scratch('ort');
    const normal = normals(1);
    const whole = Array.from({ length: 32 }, () => Math.round(40 * normal()));
    const made = onnxModel({
      inputs: [{ name: 'x', type: 'float32', dims: ['n', 8] }],
      outputs: [{ name: 'logits', type: 'float32', dims: ['n', 4] }],
      initializers: [constant('whole', [8, 4], whole, 'int8')],
      nodes: [
        { op: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['q', 'scale', 'zero'] },
        node('MatMulInteger', ['q', 'whole', 'zero'], 'product'),
        ...[node('Cast', ['product'], 'real', { to: 1 }), node('Mul', ['real', 'scale'], 'logits')],
      ],
    });
    const file = join(folder, 'quantised.ort');
    const options = { graphOptimizationLevel: 'basic', optimizedModelFilePath: file } as const;
    await (await InferenceSession.create(made, options)).release();
    const model = await openModel(file, { threads: 1 });
    const data = Float32Array.from({ length: 24 }, () => normal());
    // One large value takes the range from the others.
    data[23] = 50;
    const { outputs } = await model.run([{ data, shape: [3, 8] }]);
    const alone = await model.run([{ data: data.slice(0, 8), shape: [1, 8] }]);
    await model.close();
    assert.deepEqual([...outputs.subarray(0, 4)], [...alone.outputs]);
  });

  it('that are cut or something else fail with a cure', async () => {
    const folder = scratch('ort');
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length += 61) {
      const file = put(join(folder, 'bad.ort'), whole.subarray(0, length));
      const error = await openModel(file, { threads: 1 }).then(() => null, noticeOf);
      if (error) assert.match(error.code, /^model\.(notOnnx|load)$/, error.message);
      else assert.ok(length > whole.length / 2, `${length} bytes were taken for a model`);
    }
    const file = put(join(folder, 'text.ort'), 'a text that is no model');
    await assert.rejects(openModel(file, { threads: 1 }), /not an ONNX model/);
    await assert.rejects(openModel(path, { threads: 1, features: 'nowhere' }), /"features"/);
  });
});
