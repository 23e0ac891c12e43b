import {
  evaluate,
  headlines,
  type MeasureInput,
  permutationNull,
} from '../../src/measures/index.js';
import { type Random, shuffle } from '../../src/numerics/random.js';
import { type Candidate, jackknifeGroups, rank } from '../../src/ranking/index.js';
import {
  measureInput,
  outputsOf,
  profilesOf,
  randomLabels,
  rowTable,
} from '../../test/support/measureInput.js';
import {
  blas,
  eachDataSet,
  featureClasses,
  featuresOf,
  meansOf,
  numbersOf,
  outputClasses,
} from './simulate.js';

/** How often a winner was declared among `models` of which none is better than another. */
export interface Winners {
  measure: string;
  models: number;
  n: number;
  sourceClasses: number;
  strength: number;
  draws: number;
  declared: number;
}

export interface Contest {
  part: number;
  n: number;
  /** 1 where only features are simulated. */
  sourceClasses: number;
  strength: number;
  dataSets: number;
}

export const contestDimension = 8;
export const permutations = 20;
const sharpness = 3;

const pool = 20;
/** Numbers of models that compete, and how many such sets, of different models, are taken from the twenty of a data set. */
const sets: readonly [models: number, count: number][] = [
  [1, 4],
  [2, 4],
  [5, 4],
  [20, 1],
];

/** By the headline of fine-tuning: class profiles that differ in nothing but the order of source classes. */
export async function outputWinners(contest: Contest): Promise<Winners[]> {
  const { part, n, sourceClasses: classes, strength } = contest;
  const next = numbersOf(part, -1);
  const profiles = profilesOf(outputClasses, classes, strength, next);
  const ofModel = Array.from({ length: pool }, () => {
    const order = shuffle(
      Int32Array.from({ length: classes }, (_, z) => z),
      next,
    );
    return profiles.map((_, k) => profiles[k - (k % classes) + order[k % classes]]);
  });
  return winners(headlines.fineTune, contest, (groups, numbers) => {
    const labels = randomLabels(n, outputClasses, numbers);
    const options = { targetClasses: outputClasses, blockRows: 2000, ...groups };
    return ofModel.map(p =>
      measureInput(outputsOf(labels, p, classes, sharpness, numbers), labels, options),
    );
  });
}

/** By the headline of re-training the head: the same class means, and noise of their own. */
export async function featureWinners(contest: Contest): Promise<Winners[]> {
  const { part, n, strength } = contest;
  const d = contestDimension;
  const means = meansOf(strength, d, numbersOf(part, -1));
  const multiply = await blas();
  return winners(headlines.retrainHead, contest, (groups, numbers) => {
    const labels = randomLabels(n, featureClasses, numbers);
    const options = { targetClasses: featureClasses, blockRows: 2000, ...groups };
    const outputs = measureInput(new Float32Array(n).fill(1), labels, options);
    return Array.from({ length: pool }, () => ({
      ...outputs,
      features: rowTable(featuresOf(labels, means, d, numbers), d, 2000),
      blas: multiply,
    }));
  });
}

async function winners(
  measure: string,
  { part, n, sourceClasses, strength, dataSets }: Contest,
  draw: (groups: ReturnType<typeof jackknifeGroups>, next: Random) => MeasureInput[],
): Promise<Winners[]> {
  const declared = await eachDataSet(dataSets, async d => {
    const inputs = draw(jackknifeGroups(n, d), numbersOf(part, d));
    const candidates: Candidate[] = await Promise.all(
      inputs.map(async (input, k) => {
        const { value, replicates } = (await evaluate([measure], input)).scores[measure];
        return { id: `${k}`, value, replicates, nullValues: null };
      }),
    );
    const counts: number[] = [];
    for (const [models, count] of sets) {
      let won = 0;
      for (let k = 0; k < count; k++) {
        const some = candidates.slice(k * models, (k + 1) * models);
        // The null costs twenty fits, and is only asked for of a leader that no other ties with.
        const [first, ...tied] = rank(some, { seed: d }).ties[0];
        if (tied.length > 0) continue;
        const leader = Number(first);
        const options = { seed: d, count: permutations };
        candidates[leader].nullValues ??= await permutationNull(measure, inputs[leader], options);
        if (rank(some, { seed: d }).winner !== null) won++;
      }
      counts.push(won);
    }
    return counts;
  });
  return sets.map(([models, count], k) => {
    const draws = count * dataSets;
    const won = declared.reduce((sum, counts) => sum + counts[k], 0);
    return { measure, models, n, sourceClasses, strength, draws, declared: won / draws };
  });
}
