import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openModel } from '../../../src/models/open.js';
import { onnxModel, smallClassifier } from '../../support/onnxWriter.js';
import { scratch } from '../../support/scratch.js';

const [rows, size] = [3, 8];
const shape = [rows, 3, size, size];
const data = Float32Array.from(
  { length: rows * 3 * size * size },
  (_, i) => ((i * 37) % 101) / 100,
);
const folder = scratch('opsets');

function near(actual: Float32Array, expected: Float32Array): void {
  assert.equal(actual.length, expected.length);
  const worst = Math.max(...expected.map((v, i) => Math.abs(v - actual[i])));
  assert.ok(worst <= 1e-6, `off by ${worst}`);
}

describe('operator sets 7 to 23', function () {
  this.timeout(60_000);
  for (let opset = 7; opset <= 23; opset++)
    it(`opset ${opset}: outputs and added features are the runtime's own`, async () => {
      const spec = { ...smallClassifier({ size, hidden: 6, classes: 5 }), opset };
      // The IR version that came with the operator set, as far as it matters: from 10 on for opset 21.
      const irVersion = opset >= 21 ? 10 : 7;
      const path = join(folder, `opset${opset}.onnx`);
      writeFileSync(path, onnxModel({ ...spec, irVersion }));
      const head = spec.nodes?.find(({ op }) => op === 'Gemm');
      const tensor = head?.inputs[0] ?? '';
      const bytes = onnxModel({
        ...spec,
        irVersion,
        outputs: [{ name: tensor }, { name: 'scores' }],
      });
      const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
      const wanted = await session.run({ images: new Tensor('float32', data, shape) });
      await session.release();
      const model = await openModel(path, { threads: 1 });
      try {
        assert.deepEqual(model.notices, []);
        const { outputs, features, dimension } = await model.run([{ data, shape }]);
        assert.equal(dimension, 6);
        assert.ok(features);
        near(outputs, wanted.scores.data as Float32Array);
        near(features, wanted[tensor].data as Float32Array);
      } finally {
        await model.close();
      }
    });
});
