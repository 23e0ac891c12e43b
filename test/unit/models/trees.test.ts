import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModel } from '../../../src/models/open.js';
import { TransferLensError } from '../../../src/protocol/notice.js';
import { root } from '../../support/referenceData.js';

const folder = join(root, 'test', 'fixtures', 'numbers');

describe('a forest of scikit-learn in ai.onnx.ml', () => {
  for (const [file, output] of [
    ['trees.onnx', undefined],
    // Each row a map from class to probability: the tensor that the maps are made of is read.
    ['zipmap.onnx', undefined],
    ['zipmap.onnx', 'output_probability'],
    ['zipmap.onnx', 'probabilities'],
  ] as const)
    it(`${file}, output ${output ?? 'as it is found'}: takes rows of numbers and gives the probabilities, not the class numbers`, async () => {
      const { rows, probabilities } = JSON.parse(
        readFileSync(join(folder, 'expected.json'), 'utf8'),
      ) as { rows: number[][]; probabilities: number[][] };
      const model = await openModel(join(folder, file), { threads: 1, output });
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

  it('in a file that does not tell its nodes, maps are no scores, and how to export without them is said', async () => {
    await assert.rejects(openModel(join(folder, 'zipmap.ort'), { threads: 1 }), error => {
      assert.ok(error instanceof TransferLensError);
      assert.equal(error.notice.code, 'model.zipMap');
      assert.match(error.message, /zipmap\.ort: output "output_probability".*dict\(zipmap=False\)/);
      return true;
    });
  });
});
