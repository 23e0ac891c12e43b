import { inverseCholesky, TransposedLower } from '../../numerics/inverseCholesky.js';
import type { FeatureData } from '../passes/featureData.js';
import { rowsByKey } from '../passes/rowsByKey.js';
import {
  inverseFactor,
  leaveOneOutError,
  leveragesOf,
  type Ridge,
  residualsOf,
  standardProducts,
  totalOf,
  weightsOf,
} from './ridge.js';
import { type Standard, standardise } from './standardise.js';
import type { Targets } from './targets.js';

/** What leaving one group out needs of it. With V = C⁻¹ H_g., C Cᵀ = I - H_gg, e the residuals of all. */
interface Downdate {
  group: number;
  count: number;
  /** V is `row` z_i + `constant`; [count, k] and [count]. */
  row: Float64Array | Float32Array;
  constant: Float64Array;
  /** C⁻¹ e_g; [count, C]. */
  residuals: Float64Array;
  /** Σ ‖t - mean‖² of the rest, about its own mean. */
  total: number;
  /** Σ ‖leave-one-out error‖² of the rest so far. */
  error: number;
}

/** Bytes that the groups of one pass may take. */
const budget = 64e6;
/** Operations up to which everything stays in float64. */
const cheap = 2e10;

/**
 * R² of leave-one-out predictions with one group of samples left out, exactly, ridge and standardisation held: without group g the
 * residuals of the others are e_i + H_ig (I - H_gg)⁻¹ e_g and their leverages h_ii + H_ig (I - H_gg)⁻¹ H_gi, H with the
 * intercept. A pass takes as many groups as fit into 64 MB; a group of more samples than there are features is refitted.
 * Products are in float32 where there is much to do and no leverage is near one: they are corrections (1e-6 of R² or better).
 */
export class RidgeGroups {
  private readonly values: Float64Array;
  private readonly done: Uint8Array;
  private readonly groups: Int32Array;
  private readonly members: ReturnType<typeof rowsByKey>;
  private readonly precision: 'single' | 'double';

  constructor(
    private readonly data: FeatureData,
    private readonly targetsOf: (data: FeatureData) => Promise<Targets>,
    private readonly targets: Targets,
    private readonly ridge: number,
    private readonly fit: Ridge,
    private readonly bytes = budget,
  ) {
    const { n, groupCount } = data;
    this.values = new Float64Array(groupCount);
    this.done = new Uint8Array(groupCount);
    this.groups = data.groups;
    this.members = rowsByKey(this.groups, groupCount);
    const largest = fit.leverages.reduce((most, h) => Math.max(most, h), 0);
    const heavy = 2 * n * n * fit.standard.columns.length > cheap;
    this.precision = heavy && largest < 0.9 ? 'single' : 'double';
  }

  async without(group: number): Promise<number> {
    if (!this.done[group]) {
      if (this.countOf(group) > this.fit.standard.columns.length) {
        this.values[group] = await refitted(
          this.data,
          this.targetsOf,
          group,
          this.fit.standard,
          this.ridge,
        );
        this.done[group] = 1;
      } else await this.batch(group);
    }
    return this.values[group];
  }

  private countOf(group: number): number {
    return this.members.starts[group + 1] - this.members.starts[group];
  }

  /** Leaves out, each by itself, a group and as many of those after it as fit. */
  private async batch(first: number): Promise<void> {
    const { data, fit, precision } = this;
    const k = fit.standard.columns.length;
    const factor = new TransposedLower(fit.inverse, k, data.blas);
    const downdates: Downdate[] = [];
    for (let g = first, held = 0; g < data.groupCount; g++) {
      const count = this.countOf(g);
      if (this.done[g] || count > k) continue;
      held += count * k * (precision === 'single' ? 4 : 8);
      if (held > this.bytes && downdates.length > 0) break;
      this.done[g] = 1;
      const downdate = await this.prepare(g, factor);
      if (downdate) downdates.push(downdate);
      else this.values[g] = Number.NaN;
    }
    for await (const { start, rows, values } of data.blocks()) {
      const room = precision === 'single' ? new Float32Array(rows * k) : new Float64Array(rows * k);
      const z = standardise(values, rows, data.dimension, fit.standard, room);
      const e = await residualsOf(data, this.targets, fit.weights, z, i => start + i, rows);
      for (const downdate of downdates) await this.add(downdate, start, rows, z, e);
    }
    for (const { group, error, total } of downdates) this.values[group] = 1 - error / total;
  }

  private async prepare(group: number, factor: TransposedLower): Promise<Downdate | null> {
    const { data, targets, fit, precision, members } = this;
    const { blas, n } = data;
    const { columns } = targets;
    const k = fit.standard.columns.length;
    const { count, values } = await data.group(group);
    const z = standardise(values, count, data.dimension, fit.standard, new Float64Array(count * k));
    const white = await factor.times(z, count);
    const whitened = { data: white, rows: count, columns: k };
    const free = await blas.multiply(whitened, whitened, { transposeB: true });
    for (let a = 0, at = 0; a < count; a++)
      for (let b = 0; b < count; b++, at++) free[at] = (a === b ? 1 : 0) - 1 / n - free[at];
    const c = await inverseCholesky(free, count, blas);
    if (!c) return null;
    const inverse = { data: c, rows: count, columns: count };
    const sample = (i: number): number => members.rows[members.starts[group] + i];
    const e = await residualsOf(data, targets, fit.weights, z, sample, count);
    const half = await blas.multiply(inverse, whitened);
    const row = await blas.multiply(
      { data: half, rows: count, columns: k },
      { data: fit.inverse, rows: k, columns: k },
    );
    const constant = new Float64Array(count);
    for (let a = 0; a < count; a++)
      for (let b = 0; b <= a; b++) constant[a] += c[a * count + b] / n;
    return {
      group,
      count,
      row: precision === 'single' ? new Float32Array(row) : row,
      constant,
      residuals: await blas.multiply(inverse, { data: e, rows: count, columns }),
      total: this.totalWithout(count, sample),
      error: 0,
    };
  }

  /** Σ ‖t - mean‖² of the samples outside a group, about their own mean. */
  private totalWithout(count: number, sample: (i: number) => number): number {
    const { columns, centred } = this.targets;
    const total = totalOf(this.targets);
    const t = new Float64Array(columns);
    const sum = new Float64Array(columns);
    let rest = total;
    for (let i = 0; i < count; i++) {
      centred(sample(i), t, 0);
      for (let c = 0; c < columns; c++) {
        sum[c] += t[c];
        rest -= t[c] * t[c];
      }
    }
    for (const s of sum) rest -= (s * s) / (this.data.n - count);
    // Rounding may leave something of nothing.
    return rest > 1e-12 * total ? rest : 0;
  }

  /** Adds the errors that a block of samples has without a group. */
  private async add(
    downdate: Downdate,
    start: number,
    rows: number,
    z: Float64Array | Float32Array,
    e: Float64Array,
  ): Promise<void> {
    const { data, targets, fit, precision } = this;
    const { columns } = targets;
    const { group, count, constant } = downdate;
    const { groups } = this;
    const { leverages } = fit;
    const k = fit.standard.columns.length;
    const v = await data.blas.multiply(
      { data: z, rows, columns: k },
      { data: downdate.row, rows: count, columns: k },
      { transposeB: true, precision },
    );
    for (let i = 0, at = 0; i < rows; i++) for (let a = 0; a < count; a++) v[at++] += constant[a];
    const change = await data.blas.multiply(
      { data: v, rows, columns: count },
      { data: downdate.residuals, rows: count, columns },
      { precision },
    );
    let error = 0;
    for (let i = 0; i < rows; i++) {
      if (groups[start + i] === group) continue;
      let free = 1 - leverages[start + i];
      for (let at = i * count, end = at + count; at < end; at++) free -= v[at] * v[at];
      let square = 0;
      for (let at = i * columns, end = at + columns; at < end; at++)
        square += (e[at] + change[at]) ** 2;
      error += square / free / free;
    }
    downdate.error += error;
    if (data.pace.due(rows * (2 * count + columns))) await data.pace.pause();
  }
}

/** The same by fitting anew what is left without a group. */
export async function refitted(
  data: FeatureData,
  targetsOf: (data: FeatureData) => Promise<Targets>,
  group: number,
  held: Standard,
  ridge: number,
): Promise<number> {
  const left = data.without(group);
  if (left.n === 0) return Number.NaN;
  const { shift, sum } = await left.moments();
  const centre = Float64Array.from(held.columns, j => shift[j] + sum[j] / left.n);
  const standard = { ...held, centre };
  const targets = await targetsOf(left);
  const total = totalOf(targets);
  const inverse = await inverseFactor(left, standard, ridge);
  if (!inverse || total === 0) return Number.NaN;
  const products = standardProducts(targets, standard, left.dimension);
  const weights = await weightsOf(left, inverse, products, targets.columns);
  const leverages = await leveragesOf(left, standard, inverse);
  const error = await leaveOneOutError(left, targets, { standard, weights, leverages });
  return 1 - error / total;
}
