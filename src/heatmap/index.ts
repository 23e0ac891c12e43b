import type { HeatmapRequest, HeatmapRows, HeatmapWindow } from '../protocol/heatmap.js';
import type { Joint } from '../protocol/worker.js';
import { csvOf } from './csv.js';
import { type Matrix, matrixOf, type Rows, rowsOf } from './matrix.js';
import { windowOf } from './window.js';

export { cellsOfFile, jointsIn, type PackedJoint, packJoint, packJoints } from './packed.js';

/** Matrices that are held at once: as many as are compared. */
const held = 4;

/** Gives parts of heatmaps: a page never gets a whole matrix. What is sorted and summed for one is kept for the next. */
export class Heatmaps {
  /** By model; of an earlier run's joint nothing is given once another one is there. */
  readonly #matrices = new Map<string, Matrix>();
  #rows: { matrix: Matrix; key: string; rows: Rows } | null = null;

  /** @param jointOf the joint of a model of a run, the same object as long as it is the same joint */
  constructor(private readonly jointOf: (run: string, model: string) => Promise<Joint | null>) {}

  /** The part asked for, or null where the model has no heatmap. */
  async window(request: HeatmapRequest): Promise<HeatmapWindow | null> {
    const matrix = await this.#matrixOf(request);
    return matrix && windowOf(matrix, this.#rowsOf(matrix, request), request);
  }

  /** The whole matrix of a model as CSV, piece by piece, or null. */
  async csv(run: string, model: string): Promise<Iterable<string> | null> {
    const matrix = await this.#matrixOf({ run, model });
    return matrix && csvOf(matrix);
  }

  async #matrixOf({ run, model }: Pick<HeatmapRows, 'run' | 'model'>): Promise<Matrix | null> {
    const joint = await this.jointOf(run, model);
    if (!joint) return null;
    const known = this.#matrices.get(model);
    const matrix = known?.joint === joint ? known : matrixOf(joint);
    this.#matrices.delete(model);
    this.#matrices.set(model, matrix);
    for (const old of [...this.#matrices.keys()].slice(0, -held)) this.#matrices.delete(old);
    return matrix;
  }

  #rowsOf(matrix: Matrix, { top, filter }: HeatmapRows): Rows {
    const key = JSON.stringify([top, filter]);
    if (this.#rows?.matrix !== matrix || this.#rows.key !== key)
      this.#rows = { matrix, key, rows: rowsOf(matrix, { top, filter }) };
    return this.#rows.rows;
  }
}
