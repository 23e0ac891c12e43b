import type { Dataset } from '../datasets/dataset.js';
import type { Numbers } from '../measures/index.js';
import { jackknifeGroups } from '../ranking/index.js';
import type { Samples } from './predict.js';

/** The samples that every model is scored on, with dense labels and the groups that the jackknife leaves out. */
export interface Population {
  hashes: string[];
  /** Index into `classes` of each sample; int32 [n]. */
  labels: Int32Array;
  /** Names of the target classes that have a sample here. */
  classes: string[];
  /** Labels that are numbers; null where they are classes, as `labels` says. */
  numbers: Numbers | null;
  groups: Int32Array;
  groupCount: number;
  clustered: boolean;
}

/** What a population takes from its dataset. */
export type Labelled = Pick<Dataset, 'labels' | 'classes' | 'numbers' | 'groups'>;

/**
 * What is left of the samples when those that some model cannot use are dropped, for all models alike.
 */
export function populationOf(
  samples: Samples,
  dataset: Labelled,
  dropped: ReadonlySet<string>,
  seed: number,
): Population {
  const hashes: string[] = [];
  const rows: number[] = [];
  samples.hashes.forEach((hash, k) => {
    if (dropped.has(hash)) return;
    hashes.push(hash);
    rows.push(samples.rows[k]);
  });
  const raw = rows.map(row => dataset.labels[row]);
  const present = [...new Set(raw)].sort((a, b) => a - b);
  const dense = new Map(present.map((y, k) => [y, k]));
  const together = dataset.groups ?? undefined;
  const { groups, groupCount, clustered } = jackknifeGroups(
    hashes.length,
    seed,
    together && rows.map(row => together[row]),
  );
  return {
    hashes,
    numbers: dataset.numbers ? numbersOf(dataset.numbers, rows) : null,
    labels: Int32Array.from(raw, y => dense.get(y) ?? 0),
    classes: dataset.numbers ? [] : present.map(y => dataset.classes[y]),
    groups,
    groupCount,
    clustered,
  };
}

function numbersOf(
  { names, values }: NonNullable<Dataset['numbers']>,
  rows: readonly number[],
): Numbers {
  const columns = names.length;
  const kept = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    kept.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return { columns, values: kept };
}

/** Whether a population has something to tell apart: two classes, or numbers that differ. */
export function canBeScored({ classes, numbers }: Population): boolean {
  return numbers
    ? numbers.values.some((value, k) => value !== numbers.values[k % numbers.columns])
    : classes.length > 1;
}

/** The population of a run while its models come in: what one of them cannot use is taken from all of them. */
export class CommonPopulation {
  private readonly dropped = new Set<string>();
  private population: Population;

  /** @param without the population that is left when these samples are dropped */
  constructor(private readonly without: (dropped: ReadonlySet<string>) => Population) {
    this.population = without(this.dropped);
  }

  /** What all models so far can use: another object whenever that changes. */
  get current(): Population {
    return this.population;
  }

  /** Drops samples for all models. Where nothing to tell apart would be left it drops none and returns false. */
  drop(hashes: Iterable<string>): boolean {
    const more = [...hashes].filter(hash => !this.dropped.has(hash));
    if (more.length > 0) {
      const left = this.without(new Set([...this.dropped, ...more]));
      if (!canBeScored(left)) return false;
      this.population = left;
      for (const hash of more) this.dropped.add(hash);
    }
    return true;
  }
}
