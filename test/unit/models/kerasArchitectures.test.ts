import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModel } from '../../../src/models/open.js';
import { root } from '../../support/referenceData.js';
import { scratch } from '../../support/scratch.js';

/** A Python with Keras 3 and TensorFlow. */
const python = process.env.TRANSFERLENS_TEST_KERAS;

function floats(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** Largest difference, relative to the largest value that is expected. */
function off(given: Float32Array | null, wanted: Float32Array): number {
  assert.equal(given?.length, wanted.length);
  let [worst, largest] = [0, 0];
  for (const [i, value] of wanted.entries()) {
    worst = Math.max(worst, Math.abs((given?.[i] ?? Number.NaN) - value));
    largest = Math.max(largest, Math.abs(value));
  }
  return worst / largest;
}

describe('architectures of Keras, exported as SavedModels', function () {
  this.timeout(900_000);

  it('give the outputs and features that Keras gives, to 1e-5 (needs TRANSFERLENS_TEST_KERAS)', async function () {
    if (!python) return this.skip();
    const folder = scratch('architectures');
    const script = join(root, 'test', 'fixtures', 'models', 'savedModel', 'architectures.py');
    execFileSync(python, [script, folder], { stdio: 'ignore' });
    const names = readdirSync(folder);
    assert.equal(names.length, 12);
    for (const name of names) {
      const at = (file: string) => join(folder, name, file);
      const expected = JSON.parse(readFileSync(at('expected.json'), 'utf8'));
      const model = await openModel(at('saved_model.pb'), { threads: 1 });
      const result = await model.run([{ data: floats(at('images.bin')), shape: expected.shape }]);
      await model.close();
      assert.deepEqual(model.notices, [], name);
      assert.deepEqual(
        [result.classes, result.dimension],
        [expected.classes, expected.dimension],
        name,
      );
      // Means and variances of a normalising input layer are constants of the export.
      assert.ok(Math.abs((model.parameters ?? 0) - expected.parameters) < 10, name);
      assert.ok(off(result.outputs, floats(at('outputs.bin'))) < 1e-5, name);
      assert.ok(off(result.features, floats(at('features.bin'))) < 1e-5, name);
    }
  });
});
