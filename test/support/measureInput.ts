import type { Block, MeasureInput, RowTable } from '../../src/measures/index.js';
import type { Random } from '../../src/numerics/random.js';
import { normals } from '../../src/numerics/random.js';

/** Probabilities (n x Cs, row-major) and labels as measures get them: in blocks, no groups unless given. */
export function measureInput(
  probabilities: Float64Array | Float32Array,
  labels: ArrayLike<number>,
  options: {
    targetClasses?: number;
    groups?: Int32Array;
    groupCount?: number;
    blockRows?: number;
  } = {},
): MeasureInput {
  const n = labels.length;
  const sourceClasses = probabilities.length / n;
  const dense = Int32Array.from(labels);
  const { blockRows = 37, groups = new Int32Array(n), groupCount = 1 } = options;
  const targetClasses = options.targetClasses ?? Math.max(...dense) + 1;
  const blocks = {
    async *[Symbol.asyncIterator](): AsyncGenerator<Block> {
      for (let start = 0; start < n; start += blockRows) {
        const end = Math.min(n, start + blockRows);
        yield {
          start,
          rows: end - start,
          probabilities: probabilities.subarray(start * sourceClasses, end * sourceClasses),
        };
      }
    },
  };
  return { blocks, labels: dense, targetClasses, sourceClasses, groups, groupCount };
}

/**
 * Class profiles W ~ N(0, strength²) of a source model, Ct x Cs; with strength 0 it says nothing of the target classes.
 */
export function profilesOf(
  targetClasses: number,
  sourceClasses: number,
  strength: number,
  next: Random,
): Float64Array {
  const normal = normals(next);
  return Float64Array.from({ length: targetClasses * sourceClasses }, () => strength * normal());
}

/** θ_i = softmax(sharpness (W[y_i] + e_i)) with e ~ N(0, 1), for samples with the given labels; n x Cs, row-major. */
export function outputsOf(
  labels: ArrayLike<number>,
  profiles: Float64Array,
  sourceClasses: number,
  sharpness: number,
  next: Random,
): Float64Array {
  const normal = normals(next);
  const theta = new Float64Array(labels.length * sourceClasses);
  for (let i = 0; i < labels.length; i++) {
    let sum = 0;
    for (let z = 0; z < sourceClasses; z++) {
      const w = profiles[labels[i] * sourceClasses + z] + normal();
      const e = Math.exp(sharpness * w);
      theta[i * sourceClasses + z] = e;
      sum += e;
    }
    for (let z = 0; z < sourceClasses; z++) theta[i * sourceClasses + z] /= sum;
  }
  return theta;
}

/** Labels drawn at random, each class equally likely. */
export function randomLabels(n: number, targetClasses: number, next: Random): Int32Array {
  return Int32Array.from({ length: n }, () => Math.floor(next() * targetClasses));
}

/** Rows held in memory as measures read features and logits: in small blocks, any rows in any order. */
export function rowTable(values: Float32Array, columns: number, blockRows = 29): RowTable {
  return {
    columns,
    async *read(rows) {
      const block = new Float32Array(blockRows * columns);
      for (let start = 0; start < rows.length; start += blockRows) {
        const some = rows.subarray(start, start + blockRows);
        some.forEach((row, k) => {
          block.set(values.subarray(row * columns, (row + 1) * columns), k * columns);
        });
        yield { start, rows: some.length, values: block.subarray(0, some.length * columns) };
      }
    },
  };
}
