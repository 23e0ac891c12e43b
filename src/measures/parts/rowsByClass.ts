import type { FeatureData } from '../passes/featureData.js';

/** Rows of one class, at most d of them. */
export interface ClassRows {
  label: number;
  rows: number;
  /** float32 [rows, d], row-major; good until the next ones are asked for. */
  values: Float32Array;
  /** No more rows of this class follow. */
  last: boolean;
}

/** Most float32 numbers that are held at a time: 64 MB. */
const budget = 16e6;

/**
 * The rows of every class that has any, those of one class in their order and d at a time. As many classes are gathered in one
 * pass over the features as memory allows; where rows are stored class by class one pass is enough, as classes are given back
 * when they are complete. `weight` is what a class costs whoever takes its rows, in float32 numbers.
 */
export async function* rowsByClass(
  data: FeatureData,
  weight: (samples: number) => number = () => 0,
  held = budget,
): AsyncGenerator<ClassRows> {
  const { dimension: d, labels, counts, pace } = data;
  const done = new Uint8Array(data.targetClasses);
  let left = counts.present;
  while (left > 0) {
    const open = new Map<number, { values: Float32Array; filled: number; missing: number }>();
    const skipped = new Set<number>();
    let used = 0;
    for await (const { start, rows, values } of data.blocks()) {
      for (let i = 0; i < rows; i++) {
        const label = labels[start + i];
        if (done[label] || skipped.has(label)) continue;
        const samples = counts.ofClass[label];
        const size = Math.min(samples, d) * d + weight(samples);
        let gathered = open.get(label);
        if (!gathered) {
          if (open.size > 0 && used + size > held) {
            // Some of its rows have gone by: the next pass takes it.
            skipped.add(label);
            continue;
          }
          used += size;
          const space = new Float32Array(Math.min(samples, d) * d);
          gathered = { values: space, filled: 0, missing: samples };
          open.set(label, gathered);
        }
        gathered.values.set(values.subarray(i * d, (i + 1) * d), gathered.filled++ * d);
        gathered.missing--;
        const last = gathered.missing === 0;
        if (!last && gathered.filled < d) continue;
        yield { label, rows: gathered.filled, values: gathered.values, last };
        gathered.filled = 0;
        if (!last) continue;
        open.delete(label);
        used -= size;
        done[label] = 1;
        left--;
      }
      if (pace.due(rows * d)) await pace.pause();
    }
  }
}
