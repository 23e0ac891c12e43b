import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/referenceData.js';
import { readJson } from './sources.js';

interface Lock {
  lockfileVersion: number;
  packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
}

for (const folder of ['.', 'test/vscode'])
  describe(`the lock file of ${folder}`, () => {
    const { packages } = readJson<Lock>(join(folder, 'package-lock.json'));
    const entries = Object.entries(packages).filter(([path]) => path !== '');

    it('holds no download addresses', () => {
      assert.deepEqual(
        entries.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path),
        [],
      );
    });

    it('holds a hash of every package', () => {
      assert.ok(entries.length > 0);
      assert.deepEqual(
        entries.filter(([, entry]) => !entry.integrity && !entry.link).map(([path]) => path),
        [],
      );
    });

    it('is kept so, and runs no install scripts, by .npmrc', () => {
      const lines = readFileSync(join(root, folder, '.npmrc'), 'utf8').split('\n');
      assert.ok(lines.includes('ignore-scripts=true'));
      assert.ok(lines.includes('omit-lockfile-registry-resolved=true'));
    });
  });
