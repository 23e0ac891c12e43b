import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Coordinator, startCoordinator } from '../support/coordinator.js';
import { root } from '../support/referenceData.js';
import { put, scratch } from '../support/scratch.js';
import { twoHeads } from '../support/twoHeads.js';

describe('the outputs of a model, for a user to choose one', function () {
  this.timeout(60_000);
  let coordinator: Coordinator;
  before(() => {
    coordinator = startCoordinator();
  });
  after(() => coordinator?.stop());
  const outputsOf = (model: string) => coordinator.api.outputs({ model });

  it('are told with their shapes, what they can be, and which is taken', async () => {
    const model = put(join(scratch('outputs'), 'net.onnx'), twoHeads());
    const expected = [
      { name: 'colours', shape: 'float32[n, 4]', role: 'scores' },
      { name: 'shapes', shape: 'float32[n, 6]', role: 'scores' },
      { name: 'embedding', shape: 'float32[n, 3]', role: 'features' },
      { name: 'pooled_map', shape: 'float32[n, 3, 1, 1]', role: 'features' },
    ];
    assert.deepEqual(await outputsOf(model), { outputs: expected, taken: 'colours' });
    const sidecar = model.replace('.onnx', '.transferlens.json');
    put(sidecar, { output: 'shapes' });
    assert.equal((await outputsOf(model)).taken, 'shapes');
    // A name that is not there keeps nobody from choosing another.
    put(sidecar, { output: 'nowhere' });
    assert.deepEqual(await outputsOf(model), { outputs: expected, taken: 'colours' });
  });

  it('of TensorFlow, too', async () => {
    const fixtures = join(root, 'test', 'fixtures', 'models');
    for (const path of ['tfjs/layers/model.json', 'savedModel/convolutional/saved_model.pb']) {
      const { outputs, taken } = await outputsOf(join(fixtures, path));
      assert.equal(outputs.length, 1);
      assert.deepEqual([outputs[0].name, outputs[0].role], [taken, 'scores']);
      assert.match(outputs[0].shape, /^float32\[\?/);
    }
  });

  it('are not told of a file that is no model, which says why', async () => {
    const model = put(join(scratch('outputs'), 'bad.onnx'), 'no model');
    await assert.rejects(outputsOf(model), /bad\.onnx: /);
  });
});
