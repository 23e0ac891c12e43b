import { evaluate } from '../../src/measures/index.js';
import {
  measureInput,
  outputsOf,
  profilesOf,
  randomLabels,
} from '../../test/support/measureInput.js';
import { eachDataSet, numbersOf, outputClasses } from './simulate.js';

/** Mean of a null-corrected measure where there is no signal. */
export interface Null {
  measure: string;
  n: number;
  sourceClasses: number;
  draws: number;
  mean: number;
  /** Standard error of the mean. */
  error: number;
}

/** The corrected measures on outputs that have nothing to do with the labels; no replicates, which would cost a null each. */
export async function nullCorrected(
  part: number,
  n: number,
  sourceClasses: number,
  draws: number,
): Promise<Null[]> {
  const ids = ['leepNull', 'nceCorrected'];
  const profiles = profilesOf(outputClasses, sourceClasses, 0, numbersOf(part, -1));
  const values = await eachDataSet(draws, async d => {
    const next = numbersOf(part, d);
    const labels = randomLabels(n, outputClasses, next);
    const theta = outputsOf(labels, profiles, sourceClasses, 3, next);
    const input = measureInput(theta, labels, { targetClasses: outputClasses, blockRows: 2000 });
    const { scores } = await evaluate(ids, input);
    return ids.map(id => scores[id].value);
  });
  return ids.map((measure, k) => {
    const mean = values.reduce((sum, v) => sum + v[k], 0) / draws;
    const squares = values.reduce((sum, v) => sum + (v[k] - mean) ** 2, 0);
    const error = Math.sqrt(squares / (draws - 1) / draws);
    return { measure, n, sourceClasses, draws, mean, error };
  });
}
