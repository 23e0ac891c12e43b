import type {
  HeatmapRequest,
  HeatmapRows,
  HeatmapSpan,
  HeatmapWindow,
} from '../../src/protocol/heatmap.js';
import { fetchHeatmap } from '../host.js';
import type { Layout } from './layout.js';

/** The box that a heatmap is seen through, CSS pixels. */
export interface Box {
  width: number;
  height: number;
  left: number;
  top: number;
}

/** Rows and columns in view, half-open ranges, and how many of each make up a block. */
export type Part = Pick<HeatmapRequest, 'rows' | 'columns' | 'block'>;

/** CSS pixels that a block takes at least: less is seen as noise, and costs bytes. */
const finest = 1.5;
/** Cells that are asked for at once at most: a megabyte and a half. */
const mostCells = 120_000;
/** How much around what is in view is fetched with it, in parts of that. */
const margins = [1, 0.5, 0.25, 0];

/** What is in view, in blocks that are large enough to be seen. */
export function partInView(layout: Layout, box: Box): Part {
  const range = (at: number, room: number, cell: number, size: number): [number, number] => [
    Math.max(0, Math.min(size, Math.floor(at / cell))),
    Math.max(0, Math.min(size, Math.ceil((at + room) / cell))),
  ];
  const rows = range(box.top, box.height - layout.head, layout.cellHeight, layout.rows);
  const columns = range(box.left, box.width - layout.gutter, layout.cellWidth, layout.columns);
  const block = { rows: blockOf(layout.cellHeight), columns: blockOf(layout.cellWidth) };
  while (cellsOf({ rows, columns, block }) > mostCells) {
    if (block.rows * layout.cellHeight <= block.columns * layout.cellWidth) block.rows *= 2;
    else block.columns *= 2;
  }
  return { rows, columns, block };
}

function blockOf(cell: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(finest / cell)));
}

function cellsOf({ rows, columns, block }: Part): number {
  const blocks = ([from, to]: [number, number], size: number) => Math.ceil((to - from) / size) + 1;
  return blocks(rows, block.rows) * blocks(columns, block.columns);
}

/** Whether a window shows all of a part, in its blocks or in smaller ones that can still be seen. */
export function covers({ rows, columns }: HeatmapWindow, part: Part, layout: Layout): boolean {
  const fine = ({ block }: HeatmapSpan, wanted: number, cell: number) =>
    block === wanted || (block < wanted && block * cell >= 1);
  const within = (span: HeatmapSpan, [from, to]: [number, number]) =>
    span.from <= from && span.to >= to;
  return (
    fine(rows, part.block.rows, layout.cellHeight) &&
    fine(columns, part.block.columns, layout.cellWidth) &&
    within(rows, part.rows) &&
    within(columns, part.columns)
  );
}

/** Keeps the part of a heatmap that is in view at hand: fetches it, with what is around it, when it is left or zoomed. */
export class Detail {
  /** The part that came last. */
  window: HeatmapWindow | null = null;
  #asked: Part | null = null;
  #waiting = false;

  /** @param arrived is told when another part is there */
  constructor(
    private readonly rows: HeatmapRows,
    private readonly arrived: () => void,
  ) {}

  /** Has a part fetched that is not there, or whose end is near; one request at a time. */
  want(part: Part, layout: Layout): void {
    if (this.#waiting || (this.#asked && holds(this.#asked, part, layout))) return;
    const margin = margins.find(m => cellsOf(widened(part, layout, m)) <= mostCells) ?? 0;
    const asked = widened(part, layout, margin);
    this.#asked = asked;
    this.#waiting = true;
    fetchHeatmap({ ...this.rows, ...asked, cells: 2 * mostCells })
      .then(window => {
        this.window = window;
      })
      // What is shown meanwhile stays; the next movement asks again.
      .catch(() => undefined)
      .finally(() => {
        this.#waiting = false;
        this.arrived();
      });
  }
}

/** Whether what was asked for holds a part, with something around it left where there was any. */
function holds(asked: Part, part: Part, layout: Layout): boolean {
  const near = (have: [number, number], [from, to]: [number, number], size: number) => {
    const spare = Math.max(0, have[1] - have[0] - (to - from)) / 8;
    return (have[0] === 0 || from - have[0] >= spare) && (have[1] >= size || have[1] - to >= spare);
  };
  return (
    asked.block.rows === part.block.rows &&
    asked.block.columns === part.block.columns &&
    near(asked.rows, part.rows, layout.rows) &&
    near(asked.columns, part.columns, layout.columns)
  );
}

function widened(part: Part, layout: Layout, margin: number): Part {
  const widen = ([from, to]: [number, number], block: number, size: number): [number, number] => {
    const more = Math.ceil((to - from) * margin);
    const first = Math.floor(Math.max(0, from - more) / block) * block;
    return [first, Math.min(size, Math.ceil((to + more) / block) * block)];
  };
  return {
    rows: widen(part.rows, part.block.rows, layout.rows),
    columns: widen(part.columns, part.block.columns, layout.columns),
    block: part.block,
  };
}
