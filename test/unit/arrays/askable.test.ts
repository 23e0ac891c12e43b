import assert from 'node:assert/strict';
import { join } from 'node:path';
import { predictionFile } from '../../../src/arrays/askable.js';
import { sniffModel } from '../../../src/models/index.js';
import { openNames } from '../../support/npz.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

/** A file of safetensors with zeros in it. */
function tensors(shapes: Record<string, number[]>): Buffer {
  let at = 0;
  const header: Record<string, unknown> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const from = at;
    at += 4 * shape.reduce((a, b) => a * b, 1);
    header[name] = { dtype: 'F32', shape, data_offsets: [from, at] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(at)]);
}

describe('which arrays of a file are predictions', () => {
  it('is asked where no name tells, and is told by the sidecar then', async () => {
    const folder = scratch('open predictions');
    const path = put(join(folder, 'run.npz'), openNames());
    assert.equal(await sniffModel(path), null);
    const found = await predictionFile(path);
    assert.equal(found.open, true);
    const roles = found.arrays.map(({ name, roles }) => [name, roles.join()]);
    assert.deepEqual(roles, [
      ['target_ids', 'labels,ids'],
      ['zs', 'outputs,features,labels'],
      ['of_another', 'outputs,features,labels'],
    ]);
    put(join(folder, 'run.transferlens.json'), '{"output": "zs", "targets": "target_ids"}');
    const model = await sniffModel(path);
    assert.deepEqual([model?.format, model?.labelled], ['predictions', true]);
    const then = await predictionFile(path);
    assert.equal(then.open, false);
    assert.deepEqual(then.taken, { outputs: 'zs', labels: 'target_ids' });
    assert.deepEqual(then.named, {});
    const other = put(join(folder, 'other.npz'), openNames());
    put(`${other}.transferlens.json`, '{"output": "zs"}');
    assert.equal((await sniffModel(other))?.format, 'predictions');
  });

  it('is not asked where names tell, nor of the weights of a network', async () => {
    const folder = scratch('tensors');
    const of = async (shapes: Record<string, number[]>) =>
      (await predictionFile(put(join(folder, 'a.safetensors'), tensors(shapes)))).open;
    assert.equal(await of({ logits: [9, 3], z: [9, 4] }), false);
    assert.equal(await of({ zs: [9, 3], of: [9] }), true);
    assert.equal(await of({ 'fc.weight': [9, 3], 'fc.bias': [9] }), false);
    assert.equal(await of({ a: [9, 3], b: [3, 5] }), false);
    const { open } = await predictionFile(join(root, 'test/fixtures/checkpoints/net.safetensors'));
    assert.equal(open, false);
  });
});
