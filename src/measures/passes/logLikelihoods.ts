import type { Likelihood } from '../measure.js';
import type { MeasureInput } from './blocks.js';
import type { Labelling } from './labelling.js';
import type { Pace } from './pace.js';
import { Tiler } from './tiles.js';

/** Likelihoods below this, which only underflow gives, count as this. */
const least = 1e-300;

/** A labelling, one likelihood, and the sums so far. */
interface Tally {
  labelling: Labelling;
  likelihood: Likelihood;
  marginal: Float64Array;
  sums: Float64Array;
}

/**
 * One pass over the outputs: Σ ln likelihood over the samples of each target class, for every labelling and likelihood.
 * @returns by likelihood, one float64 [Ct] a labelling
 */
export async function logLikelihoods(
  input: MeasureInput,
  labellings: readonly Labelling[],
  likelihoods: readonly Likelihood[],
  pace: Pace,
): Promise<Map<Likelihood, Float64Array[]>> {
  const { groups, targetClasses, sourceClasses } = input;
  const result = new Map<Likelihood, Float64Array[]>();
  const byLabels = new Map<Int32Array, Tally[]>();
  for (const likelihood of likelihoods) {
    const marginals = new Map<Float64Array, Float64Array>();
    const tallies = labellings.map(labelling => {
      let marginal = marginals.get(labelling.marginal);
      if (!marginal) {
        marginal = new Float64Array(sourceClasses);
        likelihood.marginal(labelling.marginal, marginal);
        marginals.set(labelling.marginal, marginal);
      }
      const sums = new Float64Array(targetClasses);
      const tally: Tally = { labelling, likelihood, marginal, sums };
      const same = byLabels.get(labelling.labels);
      if (same) same.push(tally);
      else byLabels.set(labelling.labels, [tally]);
      return tally;
    });
    result.set(
      likelihood,
      tallies.map(t => t.sums),
    );
  }
  const tiler = new Tiler(targetClasses, sourceClasses);
  const row = new Float64Array(sourceClasses);
  let found = new Float64Array(0);
  for await (const block of input.blocks) {
    if (found.length < block.rows) found = new Float64Array(block.rows);
    for (const [labels, tallies] of byLabels) {
      // All labellings look at a tile while it is in the cache, and share what is prepared for its class.
      for (const { label, rows, theta } of tiler.of(block, labels)) {
        for (const { labelling, likelihood, marginal, sums } of tallies) {
          const { table, at } = labelling.row(label);
          likelihood.row(table, at, marginal, labelling.counts, label, row);
          likelihood.likelihoods(theta, rows.length, row, marginal, found);
          let sum = 0;
          for (let k = 0; k < rows.length; k++)
            if (groups[rows[k]] !== labelling.leftOut) sum += Math.log(Math.max(found[k], least));
          sums[label] += sum;
          if (pace.due((rows.length + 1) * sourceClasses)) await pace.pause();
        }
      }
    }
  }
  return result;
}
