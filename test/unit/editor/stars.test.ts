import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Stars } from '../../../src/editor/stars.js';
import { scratch } from '../../support/scratch.js';

describe('marks of models', () => {
  const models = ['models/a.onnx', '../../etc/passwd', `very/${'long/'.repeat(200)}模型 <b>`];

  it('of two windows add up, and none comes back that one took away', async () => {
    const folder = join(scratch('stars'), 'not', 'yet');
    const [one, two] = [new Stars(folder), new Stars(folder)];
    await one.read();
    assert.deepEqual(one.models, []);
    await one.set(models[0], true);
    await two.set(models[1], true);
    await Promise.all([one.set(models[0], false), two.set(models[2], true)]);
    for (const window of [one, two, new Stars(folder)]) {
      await window.read();
      assert.deepEqual([...window.models].sort(), [models[1], models[2]].sort());
    }
  });

  it('may be set by both at once, and leave nothing behind when they are gone', async () => {
    const folder = scratch('stars');
    const windows = [new Stars(folder), new Stars(folder)];
    for (const on of [true, false]) {
      await Promise.all(windows.flatMap(window => models.map(model => window.set(model, on))));
      for (const window of windows) await window.read();
      assert.deepEqual([...windows[0].models].sort(), on ? [...models].sort() : []);
      assert.deepEqual(windows[0].models, windows[1].models);
    }
    assert.deepEqual(await readdir(folder), []);
  });
});
