import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/referenceData.js';
import { readJson } from './sources.js';

interface Locked {
  resolved?: string;
  integrity?: string;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
}

interface Lock {
  packages: Record<string, Locked>;
}

for (const folder of ['.', 'test/vscode', 'scripts/vsce'])
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

    it('knows what is optional on every platform, or npm 11 refuses npm ci', () => {
      const names = new Set(entries.map(([path]) => path.replace(/^.*node_modules\//, '')));
      const wanted = entries.flatMap(([, entry]) => Object.keys(entry.optionalDependencies ?? {}));
      assert.deepEqual(
        wanted.filter(name => !names.has(name)),
        [],
      );
    });

    it('is kept so, and runs no install scripts, by .npmrc', () => {
      const lines = readFileSync(join(root, folder, '.npmrc'), 'utf8').split('\n');
      assert.ok(lines.includes('ignore-scripts=true'));
      assert.ok(lines.includes('omit-lockfile-registry-resolved=true'));
    });
  });
