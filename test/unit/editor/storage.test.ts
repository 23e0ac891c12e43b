import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStorage } from '../../../src/editor/storage.js';
import { put, scratch } from '../../support/scratch.js';

describe('the storage folder', () => {
  it('is the one that is wanted, with the folder inside, and stays', () => {
    const wanted = join(scratch('storage'), 'new');
    const storage = openStorage(wanted, 'runs/a');
    assert.equal(storage.folder, wanted);
    assert.equal(storage.problem, null);
    storage.dispose();
    assert.deepEqual(readdirSync(join(wanted, 'runs')), ['a']);
  });

  it('is a temporary one where that cannot be made, which goes with its window', () => {
    const wanted = put(join(scratch('storage'), 'file'), 'not a folder');
    const storage = openStorage(wanted, 'runs/a');
    assert.notEqual(storage.folder, wanted);
    assert.match(storage.problem?.message ?? '', /EEXIST|ENOTDIR/);
    writeFileSync(join(storage.folder, 'runs/a/x'), '');
    storage.dispose();
    assert.equal(existsSync(storage.folder), false);
  });
});
