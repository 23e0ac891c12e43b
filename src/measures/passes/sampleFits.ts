import { leaveOneOut } from '../leepLoo.js';
import type { MeasureInput } from './blocks.js';
import { softJoint } from './joint.js';
import { countClasses } from './labelling.js';
import { Pace } from './pace.js';
import { eachTile } from './tiles.js';

/** How well one sample's label fits what the model says of it, judged by the EEP of all others. */
export interface SampleFit {
  /** Row of the input. */
  row: number;
  /** ln P(y_i | x_i), nats: its part of leave-one-out LEEP, times n. */
  logLikelihood: number;
  /** Target class that is likeliest for it, and the probability of that. */
  likeliest: number;
  probability: number;
  /**
   * Whether its label is probably wrong: another class is likelier, and at least as likely as it is on average for samples that are
   * labelled with it (the threshold of confident learning: Northcutt, Jiang and Chuang, JAIR 70, 2021, equation 2). Only classes
   * count whose own samples are on average likelier to be of them than of all others together: where a model cannot tell a class
   * the threshold is near chance, and every second label would be doubted.
   */
  suspect: boolean;
}

/** What each target class contributes to leave-one-out LEEP. */
export interface ClassFit {
  /** Σ ln P(y_i | x_i) over its samples, nats; the classes' sums over n are the score. */
  sum: number;
  count: number;
  /** Source class that carries most of it, and the other target class that shares this source class most, or -1. */
  source: number;
  other: number;
}

const least = 1e-300;

/**
 * The samples that fit worst, the worst first, and each class's share: three passes over the outputs, and memory for the joint.
 * @param count samples to return at most
 */
export async function worstFits(
  input: MeasureInput,
  count: number,
  signal?: AbortSignal,
): Promise<{ classes: ClassFit[]; samples: SampleFit[] }> {
  const pace = new Pace(signal);
  const { labels, groups, targetClasses, sourceClasses } = input;
  const { joint, marginal } = await softJoint(input, pace);
  const counts = countClasses(labels, targetClasses, groups);
  const low = new Float64Array(sourceClasses);
  leaveOneOut.marginal(marginal, low);
  const up = new Float64Array(sourceClasses);
  const own = new Float64Array(labels.length);
  const sums = new Float64Array(targetClasses);
  const means = new Float64Array(targetClasses);
  let found = new Float64Array(0);
  await eachTile(input, pace, ({ label, rows, theta }) => {
    if (found.length < rows.length) found = new Float64Array(rows.length);
    leaveOneOut.row(joint, label * sourceClasses, low, counts, label, up);
    leaveOneOut.likelihoods(theta, rows.length, up, low, found);
    for (let k = 0; k < rows.length; k++) {
      own[rows[k]] = Math.log(Math.max(found[k], least));
      sums[label] += own[rows[k]];
      means[label] += found[k] / counts.ofClass[label];
    }
  });
  const order = Int32Array.from(labels, (_, i) => i).sort((a, b) => own[a] - own[b]);
  const wanted = new Map<number, SampleFit>();
  for (const row of order.subarray(0, count))
    wanted.set(row, {
      ...{ row, logLikelihood: own[row], likeliest: labels[row], probability: Math.exp(own[row]) },
      suspect: false,
    });
  await eachTile(input, pace, ({ label, rows, theta }) => {
    for (const [k, row] of rows.entries()) {
      const fit = wanted.get(row);
      if (!fit) continue;
      for (let y = 0; y < targetClasses; y++) {
        if (y === label || counts.ofClass[y] === 0) continue;
        const prior = counts.ofClass[y] / (counts.n - 1 + counts.present);
        let p = 0;
        for (let z = 0; z < sourceClasses; z++) {
          const t = theta[k * sourceClasses + z];
          p += (t * (joint[y * sourceClasses + z] + prior)) / (low[z] - t);
        }
        if (p > fit.probability) {
          fit.likeliest = y;
          fit.probability = p;
        }
      }
      const sure = means[fit.likeliest];
      fit.suspect = fit.likeliest !== label && sure > 0.5 && fit.probability >= sure;
    }
  });
  const classes = Array.from(sums, (sum, y) => ({
    ...{ sum, count: counts.ofClass[y] },
    ...carried(joint, y, targetClasses, sourceClasses),
  }));
  return { classes, samples: [...wanted.values()] };
}

/** The source class with most of a target class's mass, and who else has most of that source class. */
function carried(
  joint: Float64Array,
  y: number,
  targetClasses: number,
  sourceClasses: number,
): { source: number; other: number } {
  let source = 0;
  for (let z = 1; z < sourceClasses; z++)
    if (joint[y * sourceClasses + z] > joint[y * sourceClasses + source]) source = z;
  let other = -1;
  let most = 0;
  for (let o = 0; o < targetClasses; o++) {
    const mass = joint[o * sourceClasses + source];
    if (o !== y && mass > most) [other, most] = [o, mass];
  }
  return { source, other };
}
