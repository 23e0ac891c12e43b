import type { MeasureInput } from './blocks.js';
import type { Pace } from './pace.js';
import { eachTile, type Tile } from './tiles.js';

/** What the first pass over the outputs leaves: sums in samples, float64. */
export interface SoftJoint {
  /** N(y, z), Ct x Cs, row-major. */
  joint: Float64Array;
  /** M(z) = Σ_y N(y, z). */
  marginal: Float64Array;
  /** Σ_i θ_iz². */
  squares: Float64Array;
  /** argmax of each row, the first maximum winning a tie; int32 [n]. */
  predicted: Int32Array;
  /** Mean over the rows of the largest probability: how sure the model is of these samples. */
  confidence: number;
}

/** One pass: the soft joint, its marginal, and each row's argmax. `also` sees every tile too. */
export async function softJoint(
  input: MeasureInput,
  pace: Pace,
  also?: (tile: Tile) => void,
): Promise<SoftJoint> {
  const { labels, targetClasses, sourceClasses } = input;
  const joint = new Float64Array(targetClasses * sourceClasses);
  const squares = new Float64Array(sourceClasses);
  const predicted = new Int32Array(labels.length).fill(-1);
  let sure = 0;
  await eachTile(input, pace, tile => {
    sure += take(tile, joint, squares, predicted);
    also?.(tile);
  });
  if (predicted.includes(-1)) throw new Error('There are fewer rows of outputs than labels');
  const marginal = new Float64Array(sourceClasses);
  for (let y = 0; y < targetClasses; y++) addRow(marginal, 0, joint, y, sourceClasses);
  return { joint, marginal, squares, predicted, confidence: sure / labels.length };
}

/** Adds a tile to its class's row of the joint and to the squares, and notes the argmax of each of its rows. Returns the sum of their maxima. */
function take(
  { label, rows, theta }: Tile,
  joint: Float64Array,
  squares: Float64Array,
  predicted: Int32Array,
): number {
  const classes = squares.length;
  const to = label * classes;
  let sure = 0;
  let k = 0;
  // Four rows at a time: a quarter of the loads and stores of the sums, and four comparisons that do not wait for each other.
  for (; k + 4 <= rows.length; k += 4) {
    const a = k * classes;
    const b = a + classes;
    const c = b + classes;
    const d = c + classes;
    let bestA = -1;
    let bestB = -1;
    let bestC = -1;
    let bestD = -1;
    let za = 0;
    let zb = 0;
    let zc = 0;
    let zd = 0;
    for (let z = 0; z < classes; z++) {
      const pa = theta[a + z];
      const pb = theta[b + z];
      const pc = theta[c + z];
      const pd = theta[d + z];
      joint[to + z] += pa + pb + (pc + pd);
      squares[z] += pa * pa + pb * pb + (pc * pc + pd * pd);
      if (pa > bestA) {
        bestA = pa;
        za = z;
      }
      if (pb > bestB) {
        bestB = pb;
        zb = z;
      }
      if (pc > bestC) {
        bestC = pc;
        zc = z;
      }
      if (pd > bestD) {
        bestD = pd;
        zd = z;
      }
    }
    predicted[rows[k]] = za;
    predicted[rows[k + 1]] = zb;
    predicted[rows[k + 2]] = zc;
    predicted[rows[k + 3]] = zd;
    sure += bestA + bestB + (bestC + bestD);
  }
  for (; k < rows.length; k++) {
    const a = k * classes;
    let best = -1;
    let at = 0;
    for (let z = 0; z < classes; z++) {
      const p = theta[a + z];
      joint[to + z] += p;
      squares[z] += p * p;
      if (p > best) {
        best = p;
        at = z;
      }
    }
    predicted[rows[k]] = at;
    sure += best;
  }
  return sure;
}

/** Row `to` of `table` += row `from` of `theta`. */
export function addRow(
  table: Float64Array,
  to: number,
  theta: Float64Array,
  from: number,
  classes: number,
): void {
  const t = to * classes;
  const f = from * classes;
  for (let z = 0; z < classes; z++) table[t + z] += theta[f + z];
}
