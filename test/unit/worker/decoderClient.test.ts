import assert from 'node:assert/strict';
import { noOptions } from '../../../src/protocol/datasetOptions.js';
import type { Preprocessing } from '../../../src/protocol/preprocessing.js';
import { decoderThread } from '../../../src/worker/decoderClient.js';

describe('the decoder in a thread', () => {
  it('rejects instead of waiting for ever once its thread has ended', async () => {
    // Outside the bundle the thread has nothing to run, so that it ends at once.
    const decoder = decoderThread('/nowhere', noOptions, {} as Preprocessing);
    await assert.rejects(decoder.decode(Int32Array.of(0), ['x']));
    await assert.rejects(decoder.decode(Int32Array.of(1), ['y']));
    await decoder.close();
  });
});
