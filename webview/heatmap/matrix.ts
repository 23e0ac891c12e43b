import type { HeatmapData } from '../../src/protocol/panel.js';
import type { HeatmapView } from '../state.js';

/** The conditional distribution of one model, ready to be drawn and read. Matrices are targets by sources, row-major. */
export interface Matrix {
  targetClasses: readonly string[];
  sourceClasses: readonly string[];
  /** P(y|z) = N(y, z) / sum over y of N(y, z); 0 for a source class without weight. */
  conditional: Float32Array;
  /** P(z): share of the weight that a source class gets. */
  weight: Float64Array;
  /** The target class that a source class carries most. */
  carried: Int32Array;
  /** Images of class y whose most probable source class is z. */
  hard: Uint32Array;
  /** Largest P(y|z). */
  largest: number;
}

export function matrixOf(data: HeatmapData): Matrix {
  const targets = data.targetClasses.length;
  const sources = data.sourceClasses.length;
  const weight = new Float64Array(sources);
  const carried = new Int32Array(sources);
  const most = new Float64Array(sources).fill(-1);
  for (let y = 0, at = 0; y < targets; y++) {
    for (let z = 0; z < sources; z++, at++) {
      const n = data.soft[at];
      weight[z] += n;
      if (n > most[z]) {
        most[z] = n;
        carried[z] = y;
      }
    }
  }
  const inverse = weight.map(w => (w > 0 ? 1 / w : 0));
  const conditional = new Float32Array(targets * sources);
  let largest = 0;
  for (let y = 0, at = 0; y < targets; y++) {
    for (let z = 0; z < sources; z++, at++) {
      const p = data.soft[at] * inverse[z];
      conditional[at] = p;
      if (p > largest) largest = p;
    }
  }
  const all = weight.reduce((sum, w) => sum + w, 0);
  if (all > 0) for (let z = 0; z < sources; z++) weight[z] /= all;
  const { targetClasses, sourceClasses, hard } = data;
  return { targetClasses, sourceClasses, conditional, weight, carried, hard, largest };
}

/**
 * Source classes as the rows of the heatmap: the heaviest ones whose name holds the filter, ordered by the target
 * class that they carry most, then by weight, so that a diagonal shows where there is one. Dead classes come last.
 */
export function shownSources(
  matrix: Matrix,
  options: Pick<HeatmapView, 'top' | 'filter'>,
): number[] {
  const { weight, carried, sourceClasses } = matrix;
  const wanted = options.filter.trim().toLowerCase();
  const heaviest = sourceClasses
    .map((_, z) => z)
    .filter(z => !wanted || sourceClasses[z].toLowerCase().includes(wanted))
    .sort((a, b) => weight[b] - weight[a] || a - b);
  const top = options.top === 'all' ? heaviest : heaviest.slice(0, Number(options.top));
  const place = (z: number) => (weight[z] > 0 ? carried[z] : Number.POSITIVE_INFINITY);
  return top.sort((a, b) => {
    if (place(a) !== place(b)) return place(a) - place(b);
    return weight[b] - weight[a] || a - b;
  });
}

/** What the colour scale ends at: 1, or less where no source class comes near it. */
export function scaleTop(largest: number): number {
  return [0.1, 0.2, 0.5].find(top => largest <= top) ?? 1;
}

/** P(y|z) as rows: a source class each, its P(z) first. */
export function cellsOf(matrix: Matrix, sources: readonly number[]): (string | number)[][] {
  const stride = matrix.sourceClasses.length;
  return [
    ['source class', 'P(z)', ...matrix.targetClasses],
    ...sources.map(z => [
      matrix.sourceClasses[z],
      matrix.weight[z],
      ...matrix.targetClasses.map((_, y) => matrix.conditional[y * stride + z]),
    ]),
  ];
}
