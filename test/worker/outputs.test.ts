import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Coordinator, jobOf, startCoordinator } from '../support/coordinator.js';
import { constant, node, normals, onnxModel, weights } from '../support/onnxWriter.js';
import { root } from '../support/referenceData.js';
import { put, scratch } from '../support/scratch.js';
import { twoHeads } from '../support/twoHeads.js';

/** Sixteen patches of an image, each with a few random kernels, as tokens. */
function encoder(): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'images', type: 'float32', dims: ['n', 3, 32, 32] }],
    outputs: [{ name: 'last_hidden_state', type: 'float32', dims: ['n', 16, 8] }],
    initializers: [
      weights('kernels', [8, 3, 8, 8], normals(3)),
      constant('flat', [3], [0, 8, 16], 'int64'),
    ],
    nodes: [
      node('Conv', ['images', 'kernels'], 'patches', { strides: [8, 8] }),
      node('Relu', ['patches'], 'positive'),
      node('Reshape', ['positive', 'flat'], 'rows'),
      node('Transpose', ['rows'], 'last_hidden_state', { perm: [0, 2, 1] }),
    ],
  });
}

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

  it('are none of an encoder, whose tokens are pooled as is configured, whatever the store holds', async () => {
    const folder = scratch('encoder');
    const model = put(join(folder, 'net.onnx'), encoder());
    assert.equal((await outputsOf(model)).taken, '');
    const data = join(root, 'samples', 'datasets', 'optdigits');
    const measures = ['leep', 'hScoreShrunk'];
    const job = jobOf([model], data, join(folder, 'store'), { measures, maxSamples: 200 });
    const scores: (number | null)[] = [];
    for (const pooling of ['mean', 'cls', 'mean']) {
      put(join(folder, 'net.transferlens.json'), { pooling });
      const [scored] = (await coordinator.api.score(job)).models;
      assert.equal(scored.scores.leep.value, null);
      scores.push(scored.scores.hScoreShrunk.value);
    }
    // The first token is a corner of a digit, which says less than all of it.
    assert.ok((scores[0] ?? 0) > (scores[1] ?? NaN), `${scores}`);
    assert.equal(scores[2], scores[0]);
  });

  it('are not told of a file that is no model, which says why', async () => {
    const model = put(join(scratch('outputs'), 'bad.onnx'), 'no model');
    await assert.rejects(outputsOf(model), /bad\.onnx: /);
  });
});
