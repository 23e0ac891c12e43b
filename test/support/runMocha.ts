import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type Mocha from 'mocha';

/** What became of a suite's tests: their full titles. */
export interface Results {
  passed: string[];
  failed: string[];
  skipped: string[];
}

/** Runs the tests that `mocha` has, prints them and writes what became of them to `file` (JSON). */
export function runMocha(mocha: Mocha, file: string): Promise<Results> {
  const results: Results = { passed: [], failed: [], skipped: [] };
  return new Promise(resolve => {
    const runner = mocha.run(() => {
      if (runner.total === 0) results.failed.push('no test was found');
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(results, null, 2));
      resolve(results);
    });
    runner.on('pass', test => results.passed.push(test.fullTitle()));
    runner.on('fail', test => results.failed.push(test.fullTitle()));
    runner.on('pending', test => results.skipped.push(test.fullTitle()));
  });
}
