/**
 * Do intervals cover, are winners declared only when they may be, and are corrected measures 0 where there is nothing to find?
 * Simulated data sets answer, and the answer is written to `docs/calibration.md`. It is not part of the tests.
 *   npm run calibrate                         all parts, two processes at a time; some 25 minutes of CPU
 *   npm run calibrate -- --part NAME          one part, as JSON on the standard output
 *   npm run calibrate -- --from FOLDER        takes parts from FOLDER/NAME.json where there is such a file
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { root } from '../scripts/lib/root.js';
import { page } from './calibration/page.js';
import { type Found, parts } from './calibration/parts.js';

const { values } = parseArgs({ options: { part: { type: 'string' }, from: { type: 'string' } } });

async function onePart(name: string): Promise<void> {
  const compute = parts[name];
  if (!compute) throw new Error(`no part ${name}; there are ${Object.keys(parts).join(', ')}`);
  const found = await compute();
  const { user, system } = process.cpuUsage();
  console.error(`${name}: ${((user + system) / 1e6).toFixed(0)} s CPU`);
  console.log(JSON.stringify(found));
}

async function resultOf(name: string): Promise<Partial<Found>> {
  const file = values.from && join(values.from, `${name}.json`);
  if (file && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const args = ['--import=tsx', join(root, 'bench', 'calibrate.ts'), '--part', name];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
  console.error(stderr.trim().split('\n').at(-1));
  return JSON.parse(stdout);
}

async function allParts(): Promise<void> {
  const names = Object.keys(parts);
  const results = new Map<string, Partial<Found>>();
  const left = [...names];
  const work = async (): Promise<void> => {
    for (let name = left.shift(); name; name = left.shift())
      results.set(name, await resultOf(name));
  };
  await Promise.all([work(), work()]);
  const list = names.map(name => results.get(name) ?? {});
  const found: Found = {
    outputs: list.flatMap(r => r.outputs ?? []),
    features: list.flatMap(r => r.features ?? []),
    winners: list.flatMap(r => r.winners ?? []),
    noise: list.flatMap(r => r.noise ?? []),
    nulls: list.flatMap(r => r.nulls ?? []),
    promises: list.flatMap(r => r.promises ?? []),
  };
  writeFileSync(join(root, 'docs', 'calibration.md'), page(found));
}

(values.part ? onePart(values.part) : allParts()).catch(error => {
  console.error(error);
  process.exitCode = 1;
});
