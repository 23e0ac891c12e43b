import { openDataset } from '../../src/datasets/open.js';

/** Opens a dataset, reads all of its samples one after the other and prints how many there were, and the most memory it took, bytes. */
async function main(path: string): Promise<void> {
  const dataset = await openDataset(path);
  for (let i = 0; i < dataset.size; i++) await dataset.read(i);
  await dataset.close?.();
  console.log(JSON.stringify([dataset.size, 1024 * process.resourceUsage().maxRSS]));
}

void main(process.argv[2]);
