/**
 * A second process beside a test: `writerProcess.ts CACHE KEY COUNT BATCH` fills the store with samples 0..COUNT-1 as a
 * forward pass would, and tells how many of them it had to compute. Tells when it waits, owns and has appended.
 */
import { openWriter } from '../../../src/predictions/index.js';
import { append, idOf, range } from './samples.js';

async function main(): Promise<void> {
  const [cache, key, count, batch] = process.argv.slice(2);
  const tell = (message: object) => process.send?.(message);
  const waiting = () => tell({ waiting: true });
  const writer = await openWriter(cache, key, {}, undefined, waiting);
  tell({ owns: writer.count });
  const missing = range(0, Number(count)).filter(i => !writer.has(idOf(i)));
  for (let start = 0; start < missing.length; start += Number(batch)) {
    await append(writer, missing.slice(start, start + Number(batch)));
    tell({ appended: writer.count });
  }
  await writer.close();
  tell({ computed: missing.length });
  process.disconnect();
}

void main();
