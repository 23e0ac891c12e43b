import { notice } from '../protocol/notice.js';
import type { FeatureMeasure } from './measure.js';
import { dot, groupAboutMean } from './parts/centredRidge.js';
import { quadratic } from './parts/scatter.js';
import type { FeatureData } from './passes/featureData.js';

/**
 * Label-feature correlation: Pearson's correlation, over all n² pairs of samples, the same sample twice included, between FFᵀ and
 * the matrix of +1 (same class) and -1. `value` takes the features as they are, as public code does; `centred` their differences
 * from the mean, which tells more where features have an offset. Exact, without an n x n matrix: with x = z + m for the mean m of
 * all samples, xᵀx' - ‖m‖² = zᵀz' + mᵀz + mᵀz', and all sums follow from G = Σ zzᵀ and the classes' Σ z.
 */
export const lfc: FeatureMeasure = {
  id: 'lfc',
  name: 'LFC',
  family: 'features',
  hint: 'How much more alike two images of one class are in the model’s features than two of different classes. A correlation; higher is better.',
  needs: 'features',
  range: [-1, 1],
  direction: 'higher',
  predicts: 're-trained head',
  cost: 'n d² time, d² memory',
  validity: 'any number of samples; features with a large offset hide it',
  source:
    'Deshpande et al.: A linearized framework and a new benchmark for model selection for fine-tuning, 2021 (arXiv 2102.00084), equation 7',

  async fit(data) {
    const sums = await gather(data);
    const value = correlation(sums);
    if (Number.isNaN(value)) return { value, doubt: notice('measure.constantFeatures', {}) };
    return {
      value,
      details: { centred: correlation({ ...sums, ...centred(sums) }) },
      without: async group => correlation(await gatherWithout(data, group)),
    };
  },
};

/** Sums over pairs, about the mean m of all samples, which need not be that of the set. G = Σ zzᵀ, s = Σ z. */
interface PairSums {
  n: number;
  counts: ArrayLike<number>;
  /** ‖G‖²_F, mᵀGm, sᵀGm, sᵀGs, mᵀs, ‖s‖², ‖m‖². */
  square: number;
  mGm: number;
  sGm: number;
  sGs: number;
  ms: number;
  ss: number;
  mm: number;
  /** Of each class: ‖s_c‖², mᵀs_c and sᵀs_c. */
  ofClass: { square: number; alongMean: number; alongSum: number }[];
}

async function gather(data: FeatureData): Promise<PairSums> {
  const { gram, shift, sum } = await data.moments();
  return {
    n: data.n,
    counts: data.counts.ofClass,
    square: dot(gram, gram),
    ...bilinear(gram, shift, sum),
    ofClass: classesOf(await data.classSums(), shift, sum),
  };
}

/** The sums of what is left without a group: those of all less the group's own. */
async function gatherWithout(data: FeatureData, group: number): Promise<PairSums> {
  const { blas, dimension: d } = data;
  const left = data.without(group);
  const { gram, shift, sum: all } = await data.moments();
  const z = await groupAboutMean(data, group);
  const count = z.length / d;
  const rows = { data: z, rows: count, columns: d };
  const turned = await blas.multiply(rows, { data: gram, rows: d, columns: d });
  const kernel = await blas.multiply(rows, rows, { transposeB: true });
  // About the mean of all to the last bit.
  const m = shift.map((value, j) => value + all[j] / data.n);
  const sum = new Float64Array(d);
  for (let at = 0; at < z.length; at++) sum[at % d] -= z[at];
  const along = (x: Float64Array) => blas.multiply(rows, { data: x, rows: d, columns: 1 });
  const [zm, zs] = [await along(m), await along(sum)];
  const whole = bilinear(gram, m, sum);
  return {
    n: left.n,
    counts: left.counts.ofClass,
    square: dot(gram, gram) - 2 * dot(turned, z) + dot(kernel, kernel),
    mGm: whole.mGm - dot(zm, zm),
    sGm: whole.sGm - dot(zm, zs),
    sGs: whole.sGs - dot(zs, zs),
    ms: whole.ms,
    ss: whole.ss,
    mm: whole.mm,
    ofClass: classesOf(await left.classSums(), m, sum),
  };
}

function bilinear(gram: Float64Array, m: Float64Array, s: Float64Array) {
  const d = m.length;
  let sGm = 0;
  for (let i = 0; i < d; i++) {
    let row = 0;
    for (let j = 0, at = i * d; j < d; j++, at++) row += gram[at] * m[j];
    sGm += s[i] * row;
  }
  return {
    mGm: quadratic(gram, m),
    sGs: quadratic(gram, s),
    ...{ sGm, ms: dot(m, s), ss: dot(s, s), mm: dot(m, m) },
  };
}

function classesOf(sums: Float64Array, m: Float64Array, s: Float64Array): PairSums['ofClass'] {
  const d = m.length;
  return Array.from({ length: sums.length / d }, (_, c) => {
    const own = sums.subarray(c * d, (c + 1) * d);
    return { square: dot(own, own), alongMean: dot(own, m), alongSum: dot(own, s) };
  });
}

/** The sums with the set's own mean taken off all samples. */
function centred({ n, counts, square, sGs, ss, ofClass }: PairSums): Partial<PairSums> {
  return {
    square: square - (2 * sGs) / n + (ss / n) ** 2,
    ...{ mGm: 0, sGm: 0, ms: 0, ss: 0, mm: 0 },
    ofClass: ofClass.map((c, y) => {
      const share = counts[y] / n;
      return {
        square: c.square - 2 * share * c.alongSum + share * share * ss,
        alongMean: 0,
        alongSum: 0,
      };
    }),
  };
}

function correlation({ n, counts, square, mGm, sGm, ms, ss, mm, ofClass }: PairSums): number {
  const pairs = n * n;
  // Means over pairs: of the similarities less ‖m‖², of the labels' matrix, of their products and of squares.
  const meanSimilarity = (ss + 2 * n * ms) / pairs;
  const meanSquare = (square + 2 * n * mGm + 2 * ms * ms + 4 * sGm) / pairs;
  let same = 0;
  let within = 0;
  ofClass.forEach((c, y) => {
    same += counts[y] ** 2;
    within += c.square + 2 * counts[y] * c.alongMean;
  });
  const meanLabel = (2 * same) / pairs - 1;
  const product = (2 * within) / pairs - meanSimilarity;
  const variance = meanSquare - meanSimilarity ** 2;
  // What rounding leaves where all samples have the same features.
  if (!(variance > 1e-24 * mm * mm) || !(meanLabel < 1)) return Number.NaN;
  return (product - meanSimilarity * meanLabel) / Math.sqrt(variance * (1 - meanLabel ** 2));
}
