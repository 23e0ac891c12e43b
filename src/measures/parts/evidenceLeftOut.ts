import type { FeatureData } from '../passes/featureData.js';
import { groupRows } from './centredRidge.js';
import {
  bestOf,
  type Evidence,
  evidence,
  evidenceAt,
  grid,
  type Point,
  placeOf,
  raw,
} from './evidence.js';
import { interpolation, type NodeWeight } from './interpolation.js';
import { directForms, isLarge, leaveOut } from './leftOutRidge.js';
import { type Penalised, penalise } from './penalised.js';
import type { Targets, Turned } from './targets.js';

/** Steps of the grid, either way, within which r is sought again without a group: it is less certain where features are many. */
const reach = { primal: 5, dual: 15 };
/** From here on nothing but the targets themselves is left; classes without signal have their maximum anywhere beyond. */
const flat = 4;

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
