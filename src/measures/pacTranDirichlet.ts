import { digamma } from '../numerics/digamma.js';
import { logGamma } from '../numerics/student.js';
import type { FittedOutputMeasure } from './measure.js';
import type { MeasureInput } from './passes/blocks.js';
import { chunksOf, GroupJoints } from './passes/groupJoints.js';
import { addRow, softJoint } from './passes/joint.js';
import {
  countClasses,
  denseLabelling,
  type Labelling,
  type RowOfJoint,
} from './passes/labelling.js';
import type { Pace } from './passes/pace.js';
import { eachTile, type Tile } from './passes/tiles.js';

/** Rounds of coordinate ascent, as in the released code. */
const rounds = 10;
/** Samples that the prior of a source class counts as. */
const alpha = 1;
/** Likelihoods below this, which only underflow gives, count as this. */
const least = 1e-300;

/**
 * PACTran with a Dirichlet prior: LEEP whose P(y|z) is not estimated but integrated over. A sample's source class is drawn from
 * θ_i, its label from V_z, and V_z ~ Dirichlet(a⁰), a⁰_y = α n_y / n, α = 1. The optimal PAC-Bayes bound is the log evidence of the
 * labels, here bounded from below by independent q_i(z) and Dirichlet(a_z), found in ten rounds from q_i = θ_i:
 *
 *   a_yz = a⁰_y + Σ_{i: y_i = y} q_iz,   q_iz = θ_iz r_{y_i z} / L_i,   r_yz = exp(ψ(a_yz) - ψ(Σ_y a_yz)),   L_i = Σ_z θ_iz r_{y_i z}
 *   value = (Σ_i ln L_i - Σ_z KL(Dirichlet(a_z) ‖ Dirichlet(a⁰))) / n
 *
 * The paper's metric is minus this over Ct, so that lower is better; here higher is, in nats as LEEP's. The released code leaves out what
 * a and q differ by in the last round, so that its number is no bound. PACTran has another form for features, which is no
 * other way to the same number: it has an id of its own, `pacTranGaussian`.
 *
 * Without a group, its q of the last round but one are taken off a, the prior is held, and q and the bound are had anew: exact but
 * for the rounds that would follow, of which the bound, being at its maximum, depends on in second order.
 */
export const pacTranDirichlet: FittedOutputMeasure = {
  id: 'pacTranDirichlet',
  name: 'PACTran (Dirichlet)',
  family: 'likelihood',
  hint: 'How well the model’s own class probabilities explain your labels, with what few images leave open accounted for. Log evidence per image in nats; higher is better.',
  needs: 'outputs',
  range: [Number.NEGATIVE_INFINITY, 0],
  direction: 'higher',
  unit: 'nats',
  predicts: 'fine-tuning',
  cost: 'some 40 n Cs + 10 Ct Cs time, Ct Cs memory',
  validity: 'any number of samples',
  source:
    'Ding et al.: PACTran, ECCV 2022 (arXiv 2203.05126), PACTran-Dirichlet, less its sign and its division by Ct',
  async fit(input, pace) {
    const { labels, targetClasses, groupCount } = input;
    const counts = countClasses(labels, targetClasses, new Int32Array(labels.length));
    const prior = Float64Array.from(counts.ofClass, count => (alpha * count) / counts.n);
    let sums: Sums = await softJoint(input, pace);
    let table = tableOf(sums, prior);
    let before = table;
    for (let round = 1; round < rounds; round++) {
      before = table;
      sums = await reassigned(input, table, pace);
      table = tableOf(sums, prior);
    }
    const own = denseLabelling(labels, counts, sums.joint, sums.marginal);
    const [value] = await bounds(input, [own], sums, prior, pace);
    let replicates: Float64Array | null = null;
    return {
      value,
      without: async group => {
        replicates ??= await leftOut(input, before, sums, prior, pace);
        return groupCount > 1 ? replicates[group] : Number.NaN;
      },
    };
  },
};

/** Σ q_iz of each target class and of all, as `softJoint` gives those of θ. */
interface Sums {
  /** Ct x Cs, row-major. */
  joint: Float64Array;
  marginal: Float64Array;
}

/** r_yz of a target class, divided by its largest so that nothing underflows. */
interface Weights {
  values: Float64Array;
  /** ln of what they were divided by. */
  shift: number;
}

/** ψ(Σ_y a_yz) of each source class. */
function totals(marginal: Float64Array): Float64Array {
  return marginal.map(m => digamma(alpha + m));
}

function weightsOf(
  { table, at }: RowOfJoint,
  prior: number,
  total: Float64Array,
  values: Float64Array,
): Weights {
  let shift = Number.NEGATIVE_INFINITY;
  for (let z = 0; z < values.length; z++) {
    values[z] = digamma(prior + table[at + z]) - total[z];
    if (values[z] > shift) shift = values[z];
  }
  for (let z = 0; z < values.length; z++) values[z] = Math.exp(values[z] - shift);
  return { values, shift };
}

/** The weights of every target class that has samples. */
function tableOf({ joint, marginal }: Sums, prior: Float64Array): (Weights | null)[] {
  const total = totals(marginal);
  const classes = marginal.length;
  return Array.from(prior, (p, y) =>
    p > 0
      ? weightsOf({ table: joint, at: y * classes }, p, total, new Float64Array(classes))
      : null,
  );
}

/** Turns the θ of a tile into q. A sample whose θ is nowhere but where weights underflow keeps it. */
function assign({ label, rows, theta }: Tile, table: readonly (Weights | null)[]): void {
  const values = table[label]?.values;
  if (!values) return;
  const classes = values.length;
  for (let k = 0; k < rows.length; k++) {
    const first = k * classes;
    let sum = 0;
    for (let z = 0; z < classes; z++) sum += theta[first + z] * values[z];
    if (sum > least) for (let z = 0; z < classes; z++) theta[first + z] *= values[z] / sum;
  }
}

/** One round: the sums of the q that a table of weights gives. */
async function reassigned(
  input: MeasureInput,
  table: readonly (Weights | null)[],
  pace: Pace,
): Promise<Sums> {
  const { targetClasses, sourceClasses } = input;
  const joint = new Float64Array(targetClasses * sourceClasses);
  await eachTile(input, pace, tile => {
    assign(tile, table);
    for (let k = 0; k < tile.rows.length; k++)
      addRow(joint, tile.label, tile.theta, k, sourceClasses);
  });
  const marginal = new Float64Array(sourceClasses);
  for (let y = 0; y < targetClasses; y++) addRow(marginal, 0, joint, y, sourceClasses);
  return { joint, marginal };
}

/** The values without each group. */
async function leftOut(
  input: MeasureInput,
  before: readonly (Weights | null)[],
  sums: Sums,
  prior: Float64Array,
  pace: Pace,
): Promise<Float64Array> {
  const values: number[] = [];
  for (const chunk of chunksOf(input)) {
    const joints = new GroupJoints(input, chunk);
    await eachTile(input, pace, tile => {
      assign(tile, before);
      joints.add(tile);
    });
    values.push(...(await bounds(input, joints.labellings(sums), sums, prior, pace)));
  }
  return Float64Array.from(values);
}

/** One pass: the bound per sample, for several sets of samples with their own sums of q. */
async function bounds(
  input: MeasureInput,
  labellings: readonly Labelling[],
  { joint }: Sums,
  prior: Float64Array,
  pace: Pace,
): Promise<number[]> {
  const { groups, sourceClasses } = input;
  const total = labellings.map(({ marginal }) => totals(marginal));
  const room = new Float64Array(sourceClasses);
  const sums = new Float64Array(labellings.length);
  await eachTile(input, pace, ({ label, rows, theta }) => {
    labellings.forEach((labelling, l) => {
      const { values, shift } = weightsOf(labelling.row(label), prior[label], total[l], room);
      for (let k = 0; k < rows.length; k++) {
        if (groups[rows[k]] === labelling.leftOut) continue;
        const first = k * sourceClasses;
        let sum = 0;
        for (let z = 0; z < sourceClasses; z++) sum += theta[first + z] * values[z];
        sums[l] += Math.log(Math.max(sum, least)) + shift;
      }
    });
  });
  // Rows that a group does not touch diverge as those of all samples do.
  const known = new Map<number, number>();
  const found: number[] = [];
  for (const [l, labelling] of labellings.entries()) {
    let divergence = 0;
    for (let z = 0; z < sourceClasses; z++) {
      const mass = labelling.marginal[z];
      divergence += logGamma(alpha + mass) - logGamma(alpha) - mass * total[l][z];
    }
    for (let y = 0; y < prior.length; y++) {
      if (!(prior[y] > 0)) continue;
      const row = labelling.row(y);
      let own = row.table === joint ? known.get(y) : undefined;
      if (own === undefined) own = divergenceOf(row, prior[y], sourceClasses);
      if (row.table === joint) known.set(y, own);
      divergence += own;
    }
    found.push((sums[l] - divergence) / labelling.counts.n);
    if (pace.due(100 * sourceClasses)) await pace.pause();
  }
  return found;
}

/** What a target class adds to Σ_z KL(Dirichlet(a_z) ‖ Dirichlet(a⁰)). */
function divergenceOf({ table, at }: RowOfJoint, prior: number, classes: number): number {
  const before = logGamma(prior);
  let sum = 0;
  for (let z = 0; z < classes; z++) {
    const a = prior + table[at + z];
    sum += before - logGamma(a) + table[at + z] * digamma(a);
  }
  return sum;
}
