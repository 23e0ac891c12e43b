import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { openModel } from '../../../src/models/open.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import {
  recurrentOutput,
  recurrentSavedModel,
  recurrentTfjs,
  rowWidth,
} from '../../support/recurrentModel.js';
import { put, scratch } from '../../support/scratch.js';

const rows = 4;
const data = Float32Array.from({ length: rows * rowWidth }, (_, k) => Math.sin(k * k));

async function run(path: string) {
  const model = await openModel(path, { threads: 1 });
  try {
    return await model.run([{ data, shape: [rows, rowWidth] }]);
  } finally {
    await model.close();
  }
}

const forms = { 'TensorFlow.js graph': recurrentTfjs, SavedModel: recurrentSavedModel };
for (const [form, write] of Object.entries(forms))
  describe(`a ${form} with a loop of functions over lists of tensors`, () => {
    it('gives what the formula gives', async () => {
      const { outputs, classes } = await run(write(scratch('recurrent')));
      for (let k = 0; k < rows; k++) {
        const wanted = recurrentOutput([...data.subarray(k * rowWidth, (k + 1) * rowWidth)]);
        assert.equal(classes, wanted.length);
        for (const [c, value] of wanted.entries())
          assert.ok(Math.abs(outputs[k * classes + c] - value) < 1e-5, `${k}, ${c}`);
      }
    });

    it('that cannot be run: names the operator, what was wrong, and the ways out', async () => {
      const path = write(scratch('recurrent'), 5);
      await assert.rejects(run(path), error => {
        const { code, message } = noticeOf(error);
        assert.equal(code, 'model.loop', message);
        assert.ok(message.startsWith(`${path}: `), message);
        assert.match(message, /"TensorList\w+".*index 3 is null.*tf2onnx\.convert.*tfjs-node/);
        return true;
      });
    });
  });

describe('a SavedModel with a loop', () => {
  it('whose function is missing is told the same way', async () => {
    const path = recurrentSavedModel(scratch('recurrent'));
    const bytes = readFileSync(path);
    const at = bytes.lastIndexOf('goesOn');
    bytes.write('gonesO', at);
    put(path, bytes);
    await assert.rejects(run(path), /"TensorList\w+".*there is no function.*tf2onnx/);
  });
});
