/**
 * CPU time of loading the extension's one file in a fresh Node, as the extension host does first of all, beside starting that Node
 * bare. `npm run build && npx tsx bench/activation.ts`
 */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/lib/root.js';

const rounds = 11;
const entry = join(root, 'dist/extension.js');

/** Loads the file with a stand-in for `vscode` that has every name and class; nothing of it is called while loading. */
const load = `
  const Module = require('node:module');
  const any = new Proxy(function () {}, {
    get: (target, key) => (key === 'prototype' ? target.prototype : any),
    construct: () => ({}),
    // The bundle makes its own object of the module, whose prototype is this.
    getPrototypeOf: () => any,
  });
  const original = Module._load;
  Module._load = (request, ...rest) => (request === 'vscode' ? any : original(request, ...rest));
  require(${JSON.stringify(entry)});`;

/** Milliseconds of CPU, of this process and all its threads, at the end of a program. */
const cpuOf = (program: string) =>
  Number(
    execFileSync(process.execPath, [
      '-e',
      `${program}; const { user, system } = process.cpuUsage(); process.stdout.write(String((user + system) / 1e3)); process.exit();`,
    ]),
  );

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];

const bare: number[] = [];
const loaded: number[] = [];
for (let round = 0; round < rounds; round++) {
  bare.push(cpuOf(''));
  loaded.push(cpuOf(load));
}
const [start, both] = [median(bare), median(loaded)];
console.log(`dist/extension.js        ${(statSync(entry).size / 1e3).toFixed(0)} kB`);
console.log(`starting Node            ${start.toFixed(1)} ms of CPU`);
console.log(`loading the extension    ${(both - start).toFixed(1)} ms of CPU more`);
console.log(`ratio                    ${((both - start) / start).toFixed(2)}`);
