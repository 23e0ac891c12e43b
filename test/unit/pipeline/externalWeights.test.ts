import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { modelFiles } from '../../../src/models/open.js';
import { entriesOf } from '../../../src/pipeline/entries.js';
import { hashFiles } from '../../../src/predictions/index.js';
import { constant, writeExternal } from '../../support/onnxWriter.js';
import { scratch } from '../../support/scratch.js';

const megabyte = 2 ** 20;

/** A model whose weights lie in a file of any name beside it, which is as long as is wanted. */
async function large(bytes: number): Promise<{ path: string; weights: string }> {
  const path = await writeExternal(
    join(scratch('large'), 'net.onnx'),
    {
      inputs: [{ name: 'rows', type: 'float32', dims: ['n', 4] }],
      outputs: [{ name: 'logits', type: 'float32', dims: ['n', 3] }],
      initializers: [
        constant(
          'w',
          [4, 3],
          Array.from({ length: 12 }, (_, k) => k),
        ),
      ],
      nodes: [{ op: 'MatMul', inputs: ['rows', 'w'], outputs: ['logits'] }],
    },
    'anything.bin',
  );
  const weights = join(dirname(path), 'anything.bin');
  const file = openSync(weights, 'r+');
  ftruncateSync(file, bytes);
  closeSync(file);
  return { path, weights };
}

describe('weights in a file beside the model', () => {
  it('count in its size, whatever the file is called', async () => {
    const { path, weights } = await large(3 * megabyte);
    const [entry] = await entriesOf([path]);
    assert.equal(entry.bytes, statSync(path).size + statSync(weights).size);
    assert.equal(entry.bytes > 3 * megabyte, true);
  });

  it('are read piece by piece, never as a whole', async function () {
    this.timeout(60_000);
    const { path, weights } = await large(400 * megabyte);
    const before = process.memoryUsage().rss;
    let most = before;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 5);
    try {
      const files = await modelFiles(path);
      assert.deepEqual(files, [path, weights]);
      assert.match(await hashFiles(scratch('hashes'), files), /^[0-9a-f]{64}$/);
    } finally {
      clearInterval(timer);
    }
    assert.ok(most - before < 100 * megabyte, `${(most - before) / megabyte} MB more`);
  });
});
