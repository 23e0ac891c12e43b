import { onnxBlas } from '../../src/models/onnx/blas.js';
import type { Blas } from '../../src/numerics/blas.js';
import { normals, type Random, random } from '../../src/numerics/random.js';
import { smallBlas } from './smallBlas.js';

/** Every figure of the page depends on this and on nothing else. */
export const seed = 20_240_601;

/** Classes of the target datasets whose outputs are simulated, and of those whose features are. */
export const outputClasses = 10;
export const featureClasses = 5;

/** What the thousands of small fits multiply with. */
export const blas: () => Promise<Blas> = once(async () => smallBlas(await onnxBlas(1)));

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** What a data set is drawn from: its own numbers, whichever others are drawn before it. */
export function numbersOf(part: number, dataSet: number): Random {
  return random(seed + 1e6 * part + dataSet);
}

/** Results of `count` data sets in order; four at once, because measures pause for others to run. */
export async function eachDataSet<T>(count: number, f: (d: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const d = next++;
      results[d] = await f(d);
      if ((d + 1) % 100 === 0) console.error(`${d + 1} of ${count} data sets`);
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return results;
}

/** Class means of features, Ct x d. */
export function meansOf(strength: number, dimension: number, next: Random): Float64Array {
  const normal = normals(next);
  return Float64Array.from({ length: featureClasses * dimension }, () => strength * normal());
}

/** Features ω_i = μ[y_i] + e_i, e ~ N(0, 1), for samples with the given labels; float32, n x d, row-major. */
export function featuresOf(
  labels: ArrayLike<number>,
  means: Float64Array,
  dimension: number,
  next: Random,
): Float32Array {
  const normal = normals(next);
  const features = new Float32Array(labels.length * dimension);
  for (let i = 0; i < labels.length; i++)
    for (let j = 0; j < dimension; j++)
      features[i * dimension + j] = means[labels[i] * dimension + j] + normal();
  return features;
}
