import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sniffModel } from '../../../src/models/index.js';
import { modelFiles, openModel } from '../../../src/models/open.js';
import { TransferLensError } from '../../../src/protocol/notice.js';
import { numpyPython } from '../../support/python.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const folder = join(root, 'test', 'fixtures', 'keras');

async function refusal(path: string) {
  const errors = await Promise.all(
    [modelFiles(path), openModel(path, { threads: 1 })].map(work =>
      work.then(
        () => assert.fail('it was opened'),
        (error: unknown) => error,
      ),
    ),
  );
  for (const error of errors) assert.ok(error instanceof TransferLensError, String(error));
  assert.deepEqual(errors[0], errors[1]);
  return (errors[0] as TransferLensError).notice;
}

describe('files of Keras and TensorFlow Lite', () => {
  for (const [file, name, code, script] of [
    ['tiny.keras', 'tiny', 'model.keras', /load_model\(MODEL[\s\S]*model\.export\(/],
    ['legacy.h5', 'legacy', 'model.keras', /load_model\(MODEL[\s\S]*format="onnx"/],
    ['newer.h5', 'newer', 'model.keras', /save_keras_model\(model/],
    ['tiny.weights.h5', 'tiny', 'model.kerasWeights', /load_weights\(MODEL\)/],
    ['layers.h5', 'layers', 'model.kerasWeights', /load_weights\(MODEL\)/],
    ['lite.tflite', 'lite', 'model.tfLite', /from_tflite\(/],
  ] as const)
    it(`${file} is recognised, and opening it says what to do`, async () => {
      const path = join(folder, file);
      const found = await sniffModel(path);
      const bytes = readFileSync(path).length;
      assert.deepEqual(found, { path, name, format: 'keras', bytes });
      const notice = await refusal(path);
      assert.equal(notice.code, code);
      assert.ok(notice.message.startsWith(`${path}: `));
      assert.match(notice.message, /by the script that comes with this message/);
      const { snippet } = notice.params ?? {};
      assert.match(String(snippet), script);
      assert.ok(String(snippet).includes(JSON.stringify(path)));
    });

  it('arrays in HDF5 are no model, nor is what only has such a name', async () => {
    assert.equal(await sniffModel(join(folder, 'arrays.h5')), null);
    const at = scratch('keras');
    for (const name of ['a.keras', 'b.h5', 'c.weights.h5', 'd.tflite']) {
      assert.equal(await sniffModel(put(join(at, name), 'a text of another kind')), null, name);
      assert.equal(await sniffModel(put(join(at, name), '')), null, name);
    }
  });

  it('are never a crash, cut or changed anywhere', async () => {
    const at = scratch('keras-bad');
    for (const file of readdirSync(folder).filter(name => name.endsWith('.h5'))) {
      const whole = readFileSync(join(folder, file));
      const path = join(at, file);
      for (let k = 0; k < 1024; k += 3) {
        writeFileSync(path, whole.subarray(0, k));
        await sniffModel(path);
        const bytes = Buffer.from(whole);
        bytes.fill(0xff, k, k + 8);
        writeFileSync(path, bytes);
        await sniffModel(path);
      }
    }
  });

  it('get Python, whatever they are called', async function () {
    const python = numpyPython();
    if (!python) return this.skip();
    const at = scratch('keras-names');
    for (const [file, name] of [
      ['tiny.keras', 'a"b\nimport os #.keras'],
      ['tiny.weights.h5', 'ü".weights.h5'],
      ['lite.tflite', "it's.tflite"],
    ]) {
      const path = join(at, name);
      copyFileSync(join(folder, file), path);
      const snippet = String((await refusal(path)).params?.snippet);
      const code =
        'import ast, sys; print([a.name for n in ast.walk(ast.parse(sys.stdin.read())) if isinstance(n, ast.Import) for a in n.names])';
      const imported = execFileSync(python, ['-c', code], { input: snippet, encoding: 'utf8' });
      assert.match(imported, /^\['(keras|tf2onnx)'\]\s*$/);
    }
  });
});
