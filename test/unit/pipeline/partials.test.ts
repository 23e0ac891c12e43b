import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { PartialReports } from '../../../src/pipeline/partials.js';

describe('partial reports', () => {
  it('come together for models that are done at once, and none is kept back for the next model', async () => {
    let told = 0;
    const partials = new PartialReports(async () => void told++);
    partials.changed();
    partials.changed();
    await sleep(500);
    assert.equal(told, 1);
    partials.changed();
    await sleep(300);
    assert.equal(told, 2);
    await partials.stop();
  });
  it('never come after the end, one that is being made included', async () => {
    const told: string[] = [];
    const partials = new PartialReports(async () => {
      told.push('begun');
      await sleep(100);
      told.push('ended');
    });
    partials.changed();
    while (told.length === 0) await sleep(5);
    partials.changed();
    await partials.stop();
    assert.deepEqual(told, ['begun', 'ended']);
    await sleep(300);
    assert.deepEqual(told, ['begun', 'ended']);
  });
});
