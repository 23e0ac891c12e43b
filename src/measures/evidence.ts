import { minimize } from '../numerics/brent.js';
import {
  type CentredRidge,
  type Forms,
  groupRows,
  type Penalised,
  penalise,
} from './centredRidge.js';
import type { FeatureData } from './featureData.js';
import { interpolation, type NodeWeight } from './interpolation.js';
import { directForms, isLarge, leaveOut } from './leftOutRidge.js';
import type { Targets, Turned } from './targets.js';

/** Decimal logarithms of r over the trace of FᵀF, from least to most, that are tried first. */
const grid = { least: -14, most: 14, step: 0.1 };
const steps = Math.round((grid.most - grid.least) / grid.step);
/** Steps of the grid, either way, within which r is sought again without a group: it is less certain where features are many. */
const reach = { primal: 5, dual: 15 };
/** By more than this a decade of r must change the evidence of a sample for its maximum not to exist. */
const rising = 1e-3;
/** Residuals below this share of the targets are rounding, where they are had as a difference. */
const rounding = 1e-11;
/** From here on nothing but the targets themselves is left; classes without signal have their maximum anywhere beyond. */
const flat = 4;

/** The maximised evidence of linear models for each column of targets. */
export interface Evidence {
  /** ln p(t) / n at its maximum, for each column. */
  values: Float64Array;
  /** A column for which the evidence has no maximum: features reproduce the targets exactly. */
  unbounded: boolean;
  /** What r is measured by. */
  scale: number;
  /** q of each column and the log-determinant at each point of the grid; NaN where they are rounding. */
  table: Point[];
}

interface Point {
  residual: Float64Array;
  logDeterminant: number;
}

/**
 * Maximised evidence of t = Fw + noise, w ~ N(0, I / α), noise ~ N(0, I / β), no intercept (MacKay 1992): over r = α / β by a
 * grid and then Brent, β = n / q in closed form, q(r) = min_w ‖t - Fw‖² + r ‖w‖²:
 * L(r) = -½ [ln 2π + 1 + ln(q / n) + (1/n) ln det(I + FᵀF / r)].
 */
export async function maximisedEvidence(
  { ridge, targets, columns }: Turned,
  data: FeatureData,
): Promise<Evidence> {
  const { n } = data;
  const count = targets.columns;
  const values = new Float64Array(count);
  // Features that are all zero leave the targets as they are, whatever r.
  const scale = ridge.total || 1;
  const table: Point[] = [];
  for (let k = 0; k <= steps; k++) {
    table.push(pointAt(ridge, targets, columns, scale * 10 ** placeOf(k)));
    if (data.pace.due(3 * ridge.size * (count + 20))) await data.pace.pause();
  }
  let unbounded = false;
  for (let c = 0; c < count; c++) {
    const best = bestOf(table, c, n);
    const at = (k: number) => evidenceAt(table[k], c, n);
    const decade = Math.min(steps, best + Math.round(1 / grid.step));
    const end = best === 0 || Number.isNaN(table[best - 1].residual[c]);
    if (end && at(best) - at(decade) > rising) unbounded = true;
    const own = column(targets, columns, c);
    const { value } = minimize(
      x => {
        const point = pointAt(ridge, own.targets, own.turned, scale * 10 ** x);
        return -evidenceAt(point, 0, n);
      },
      placeOf(Math.max(0, best - 1)),
      placeOf(Math.min(steps, best + 1)),
      1e-6,
    );
    values[c] = Math.max(-value, at(best));
    if (data.pace.due(60 * ridge.size * 20)) await data.pace.pause();
  }
  return { values, unbounded, scale, table };
}

/** Targets without a group. */
export interface LeftTargets {
  n: number;
  /** Σ t² of each column. */
  energy: Float64Array;
  /** The same targets of what is left, for groups that are large. */
  targets(): Promise<Targets>;
  set: FeatureData;
}

/** A few r at which groups are left out; columns are interpolated between them. */
export interface EvidenceNodes {
  found: Evidence;
  turned: Turned;
  penalised: Penalised[];
  /** Points of the grid about each column's maximum, the last one not included. */
  windows: { first: number; end: number; best: number }[];
  /** Weights of the nodes at points of the grid. */
  weights: Map<number, NodeWeight[]>;
}

/** Null where there is an r that is lost in rounding. */
export function evidenceNodes(found: Evidence, turned: Turned): EvidenceNodes | null {
  const { ridge, targets, columns } = turned;
  const { scale, table } = found;
  const flatEnd = Math.round((flat - grid.least) / grid.step);
  const wide = ridge.dual ? reach.dual : reach.primal;
  const windows = Array.from(found.values, (_, c) => {
    const best = Math.min(bestOf(table, c, ridge.n), flatEnd);
    let first = best;
    let end = best + 1;
    while (first > 0 && best - first < wide && !Number.isNaN(table[first - 1].residual[c])) first--;
    while (end <= flatEnd && end - best <= wide) end++;
    return { first, end, best };
  });
  const points = new Set<number>();
  for (const { first, end } of windows) for (let k = first; k < end; k++) points.add(k);
  const asked = [...points];
  const { nodes, weights } = interpolation(Float64Array.from(asked, placeOf));
  const penalised: Penalised[] = [];
  for (const x of nodes) {
    const one = penalise(ridge, targets, columns, scale * 10 ** x);
    if (!one) return null;
    penalised.push(one);
  }
  return {
    ...{ found, turned, penalised, windows },
    weights: new Map(asked.map((k, i) => [k, weights[i]])),
  };
}

/**
 * The mean evidence, without a group, of the columns that have a target other than zero there. r is sought near where it is with
 * all samples (`reach`), between points of the grid by a parabola. All else is exact, but that what the group changes is
 * interpolated between a few r. Null where rounding does not allow that.
 */
export async function evidenceWithout(
  nodes: EvidenceNodes,
  left: LeftTargets,
  group: number,
  data: FeatureData,
): Promise<number | null> {
  const { found, windows, weights } = nodes;
  const changes = await changesAt(nodes, left, group, data);
  if (!changes) return null;
  let sum = 0;
  let count = 0;
  windows.forEach(({ first, end, best }, c) => {
    if (!(left.energy[c] > 0)) return;
    const before = (k: number) => evidenceAt(found.table[k], c, data.n);
    const after = (k: number) => {
      const { residual, logDeterminant } = found.table[k];
      let ofResidual = 0;
      let ofDeterminant = 0;
      for (const { node, weight } of weights.get(k) ?? []) {
        ofResidual += weight * changes[node].residual[c];
        ofDeterminant += weight * changes[node].logDeterminant;
      }
      const own = residual[c] * Math.exp(ofResidual);
      return evidence(own, logDeterminant + ofDeterminant, left.n);
    };
    // What the parabola is off by is the same before and after.
    sum += found.values[c] + peak(after, first, end) - peak(before, first, end, best);
    count++;
  });
  return sum / count;
}

/** The largest value of f at points from `first` to before `end`, or of the parabola through it and its neighbours. */
function peak(f: (k: number) => number, first: number, end: number, known = -1): number {
  let best = first;
  if (known >= 0) best = known;
  else for (let k = first + 1; k < end; k++) if (f(k) > f(best)) best = k;
  if (best === first || best === end - 1) return f(best);
  const [a, b, c] = [f(best - 1), f(best), f(best + 1)];
  const bend = 2 * b - a - c;
  return bend > 0 ? b + (c - a) ** 2 / (8 * bend) : b;
}

/** For each node: ln of what a group's leaving makes of q, for each column, and the change of the log-determinant. */
async function changesAt(
  { penalised, turned: { targets } }: EvidenceNodes,
  left: LeftTargets,
  group: number,
  data: FeatureData,
): Promise<Point[] | null> {
  const { n } = data;
  const large = isLarge(n - left.n, data);
  const own = large ? await left.targets() : targets;
  const changes: Point[] = [];
  for (const node of penalised) {
    const before = raw(node.forms, targets, n);
    let change: Point | null;
    if (large) {
      const forms = await directForms(left.set, own, node.penalty);
      const after = forms && raw(forms, own, left.n);
      change = after && {
        residual: after.residual.map((q, c) => Math.log(q / before.residual[c])),
        logDeterminant: after.logDeterminant - before.logDeterminant,
      };
    } else {
      const rows = await groupRows(node.ridge, data, group);
      const fall = await leaveOut(node, rows, true, data);
      change = fall && {
        residual: fall.residual.map((q, c) => Math.log1p(-q / before.residual[c])),
        logDeterminant: fall.logDeterminant,
      };
    }
    if (!change) return null;
    changes.push(change);
    if (data.pace.due(1e6)) await data.pace.pause();
  }
  return changes;
}

/** Decimal logarithm of r over the scale at a point of the grid. */
function placeOf(k: number): number {
  return grid.least + k * grid.step;
}

function bestOf(table: readonly Point[], c: number, n: number): number {
  let best = 0;
  for (let k = 1; k < table.length; k++)
    if (evidenceAt(table[k], c, n) > evidenceAt(table[best], c, n)) best = k;
  return best;
}

function evidenceAt({ residual, logDeterminant }: Point, c: number, n: number): number {
  const value = evidence(residual[c], logDeterminant, n);
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}

function pointAt(
  ridge: CentredRidge,
  targets: Targets,
  turned: Float64Array,
  penalty: number,
): Point {
  const { n, dual } = ridge;
  const penalised = penalise(ridge, targets, turned, penalty);
  if (!penalised)
    return { residual: new Float64Array(targets.columns).fill(Number.NaN), logDeterminant: 0 };
  const point = raw(penalised.forms, targets, n);
  if (!dual)
    for (let c = 0; c < targets.columns; c++) {
      const energy = targets.square[c] + n * targets.mean[c] ** 2;
      if (!(point.residual[c] > rounding * energy)) point.residual[c] = Number.NaN;
    }
  return point;
}

/**
 * From the regression with an intercept to the one without: q = q₀ + n (mean t - mᵀWZᵀt)² / (1 + n mᵀWm), and a determinant
 * that is 1 + n mᵀWm times as large (Sherman and Morrison on FᵀF = ZᵀZ + n mmᵀ, put so that nothing cancels).
 */
function raw({ logDeterminant, residual, cross, mean }: Forms, targets: Targets, n: number): Point {
  const growth = 1 + n * mean;
  return {
    residual: residual.map((q, c) => q + (n * (targets.mean[c] - cross[c]) ** 2) / growth),
    logDeterminant: logDeterminant + Math.log(growth),
  };
}

function evidence(residual: number, logDeterminant: number, n: number): number {
  return -0.5 * (Math.log(2 * Math.PI) + 1 + Math.log(residual / n) + logDeterminant / n);
}

/** One column alone. */
function column(targets: Targets, columns: Float64Array, c: number) {
  const size = columns.length / targets.columns;
  return {
    targets: {
      columns: 1,
      mean: targets.mean.slice(c, c + 1),
      square: targets.square.slice(c, c + 1),
      products: new Float64Array(0),
      at: (i: number) => targets.at(i, c),
    },
    turned: Float64Array.from({ length: size }, (_, i) => columns[i * targets.columns + c]),
  };
}
