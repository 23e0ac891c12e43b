import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModel } from '../../../src/models/open.js';
import { root } from '../../support/referenceData.js';

const folder = join(root, 'test', 'fixtures', 'numbers');

describe('a forest of scikit-learn in ai.onnx.ml', () => {
  it('takes rows of numbers and gives the probabilities, not the class numbers', async () => {
    const { rows, probabilities } = JSON.parse(
      readFileSync(join(folder, 'expected.json'), 'utf8'),
    ) as { rows: number[][]; probabilities: number[][] };
    const model = await openModel(join(folder, 'trees.onnx'), { threads: 1 });
    try {
      assert.deepEqual([model.input.kind, model.output], ['numbers', 'probabilities']);
      // A forest has no penultimate layer, and says so.
      assert.equal(model.features, null);
      assert.deepEqual(
        model.notices.map(({ code }) => code),
        ['model.noFeatures'],
      );
      const data = Float32Array.from(rows.flat());
      const { outputs, classes } = await model.run([{ data, shape: [rows.length, 4] }]);
      assert.equal(classes, 3);
      const wanted = probabilities.flat();
      assert.equal(outputs.length, wanted.length);
      const worst = Math.max(...wanted.map((p, i) => Math.abs(outputs[i] - p)));
      assert.ok(worst <= 1e-6, `off by ${worst}`);
    } finally {
      await model.close();
    }
  });
});
