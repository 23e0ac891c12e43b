import type { Joint } from '../protocol/worker.js';

/** One model's joint with what is asked of it again and again. Its matrices are targets by sources, row-major. */
export interface Matrix {
  joint: Joint;
  /** P(z): share of all weight that a source class gets. */
  weight: Float64Array;
  /** 1 / sum over y of N(y, z), so that P(y|z) = N(y, z) times it; 0 for a source class without weight. */
  inverse: Float64Array;
  /** Largest P(y|z). */
  largest: number;
  /** Source classes in the order of all rows, see `orderOf`, and by weight, the heaviest first. */
  order: Uint32Array;
  byWeight: Uint32Array;
}

/** Reads a joint through twice; 5000 by 1000 cells take some 30 ms. */
export function matrixOf(joint: Joint): Matrix {
  const { soft } = joint;
  const targets = joint.targetClasses.length;
  const sources = joint.sourceClasses.length;
  const sum = new Float64Array(sources);
  const carried = new Int32Array(sources);
  const most = new Float64Array(sources).fill(-1);
  for (let y = 0, at = 0; y < targets; y++) {
    for (let z = 0; z < sources; z++, at++) {
      const n = soft[at];
      sum[z] += n;
      if (n > most[z]) {
        most[z] = n;
        carried[z] = y;
      }
    }
  }
  const inverse = sum.map(n => (n > 0 ? 1 / n : 0));
  const all = sum.reduce((total, n) => total + n, 0);
  const weight = sum.map(n => (all > 0 ? n / all : 0));
  const largest = most.reduce((top, n, z) => Math.max(top, Math.fround(n * inverse[z])), 0);
  const byWeight = Uint32Array.from(weight.keys()).sort((a, b) => weight[b] - weight[a] || a - b);
  return { joint, weight, inverse, largest, order: orderOf(weight, carried), byWeight };
}

/**
 * Source classes ordered by the target class that they carry most, then by weight, so that a diagonal shows where there is
 * one. Dead classes come last. Linear in the cells and a sort of the source classes: any other order of a 5000 by 1000 matrix,
 * by distances between rows, would take minutes.
 */
function orderOf(weight: Float64Array, carried: Int32Array): Uint32Array {
  const place = (z: number) => (weight[z] > 0 ? carried[z] : Number.POSITIVE_INFINITY);
  return Uint32Array.from(weight.keys()).sort((a, b) => {
    if (place(a) !== place(b)) return place(a) - place(b);
    return weight[b] - weight[a] || a - b;
  });
}

/** Source classes as the rows of a heatmap, and what every part of it says of all of them. */
export interface Rows {
  /** Source classes in the order of the rows. */
  order: Uint32Array;
  /** Largest P(z) of them. */
  heaviest: number;
  /** The longest names of rows and columns, for the room that they get. */
  longest: { rows: string[]; columns: string[] };
}

/** Names that are measured for the room of labels. */
const longestNames = 16;

/** The source classes that are rows: of those whose name holds the filter the heaviest `top`, in the order of all rows. */
export function rowsOf(
  { joint, order, byWeight, weight }: Matrix,
  { top, filter }: { top: number | null; filter: string },
): Rows {
  const wanted = filter.trim().toLowerCase();
  const named = (z: number) => !wanted || joint.sourceClasses[z].toLowerCase().includes(wanted);
  const kept = byWeight.filter(named).subarray(0, top ?? undefined);
  const isKept = new Uint8Array(order.length);
  for (const z of kept) isKept[z] = 1;
  const longest = (names: string[]) =>
    names.sort((a, b) => b.length - a.length).slice(0, longestNames);
  return {
    order: order.filter(z => isKept[z]),
    heaviest: kept.length > 0 ? weight[kept[0]] : 0,
    longest: {
      rows: longest(Array.from(kept, z => joint.sourceClasses[z])),
      columns: longest([...joint.targetClasses]),
    },
  };
}
