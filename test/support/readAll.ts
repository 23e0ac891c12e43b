import { existsSync, readFileSync } from 'node:fs';
import { openDataset } from '../../src/datasets/open.js';

/** Opens a dataset, reads all of its samples one after the other and prints how many there were, and the most memory it took, bytes. */
async function main(path: string): Promise<void> {
  const dataset = await openDataset(path);
  for (let i = 0; i < dataset.size; i++) await dataset.read(i);
  await dataset.close?.();
  console.log(JSON.stringify([dataset.size, mostMemory()]));
}

/** Linux counts as `maxRSS` also what the process that started this one had at that time. */
function mostMemory(): number {
  const status = '/proc/self/status';
  const own = existsSync(status) && /VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'));
  return 1024 * (own ? Number(own[1]) : process.resourceUsage().maxRSS);
}

void main(process.argv[2]);
