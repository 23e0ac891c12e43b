/**
 * A second process beside a test: `writerProcess.ts CACHE KEY COUNT BATCH` fills the store with samples 0..COUNT-1 as a
 * forward pass would. Tells when it waits, what it finds, each batch, and how many samples it had to compute.
 */
import { openWriter } from '../../../src/predictions/index.js';
import { append, idOf } from './samples.js';

async function main(): Promise<void> {
  const [cache, key, count, batch] = process.argv.slice(2);
  const tell = (message: object) => process.send?.(message);
  const waiting = () => tell({ waiting: true });
  const writer = await openWriter(cache, key, {}, undefined, waiting);
  tell({ found: writer.count });
  let computed = 0;
  let missing: number[] = [];
  for (let i = 0; i < Number(count); i++) {
    if (!writer.has(idOf(i))) missing.push(i);
    if (missing.length < Number(batch) && i + 1 < Number(count)) continue;
    await append(writer, missing);
    computed += missing.length;
    missing = [];
    tell({ appended: writer.count });
  }
  await writer.close();
  tell({ computed });
  process.disconnect();
}

void main();
