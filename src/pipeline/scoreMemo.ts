import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { keyFolder, predictionsKey, writeWhole } from '../predictions/index.js';
import type { OutputKind } from '../protocol/preprocessing.js';
import type { Population } from './population.js';
import { version } from './versions.js';

/**
 * What was computed from predictions once is kept beside them, so that a run in which nothing changed shows at once.
 * @param parts what decides the result, besides the predictions, their kind, the population and this program's version
 */
export async function scoredOnce<T>(
  cache: string,
  key: string,
  kind: OutputKind | null,
  population: Population,
  parts: object,
  compute: () => Promise<T>,
): Promise<T> {
  const name = predictionsKey({
    kind,
    population: digest(population),
    version,
    scoring: scoringVersion,
    ...parts,
  });
  const file = join(keyFolder(cache, key), `scores-${name.slice(0, 32)}.bin`);
  try {
    return deserialize(await readFile(file)) as T;
  } catch {
    // Not there, or not whole: computed (again).
  }
  const result = await compute();
  // It saves time only: not to keep it is no failure.
  await writeWhole(file, serialize(result)).catch(() => undefined);
  return result;
}

/** Raise it when the same predictions would be scored otherwise: what was scored before is then computed again. */
const scoringVersion = 5;

const digests = new WeakMap<Population, string>();

/** Hash of the samples, their labels and their groups, in order. */
function digest(population: Population): string {
  let found = digests.get(population);
  if (found === undefined) {
    const hash = createHash('sha256');
    hash.update(JSON.stringify([population.classes, population.groupCount, population.clustered]));
    hash.update(population.hashes.join());
    const { labels, groups, numbers } = population;
    for (const { buffer, byteOffset, byteLength } of [labels, groups, numbers?.values ?? labels])
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    found = hash.digest('hex');
    digests.set(population, found);
  }
  return found;
}
