/**
 * `lockProcess.ts FOLDER TIMES` owns a folder again and again, and ends with code 1 when somebody else
 * owns it at the same time.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock } from '../../../src/predictions/lock.js';

async function main(): Promise<void> {
  const [folder, times] = process.argv.slice(2);
  const proof = join(folder, 'owned');
  for (let i = 0; i < Number(times); i++) {
    const lock = await acquireLock(folder);
    // Fails where it exists.
    writeFileSync(proof, '', { flag: 'wx' });
    await sleep(1 + 5 * Math.random());
    rmSync(proof);
    await lock.release();
    await sleep(5 * Math.random());
  }
}

void main();
