/** Where everything of the heatmap lies, CSS pixels. The head and the gutter stay in view while cells scroll. */
export interface Layout {
  rows: number;
  columns: number;
  /** Width of the row labels with the bars of P(z), and of the bars alone. */
  gutter: number;
  bars: number;
  /** Height of the column labels. */
  head: number;
  cellWidth: number;
  cellHeight: number;
  /** Whether column labels are turned by 90 degrees. */
  turned: boolean;
  /** The smallest zoom that makes a difference: with it, all rows and columns fit. */
  leastZoom: number;
  /** Size of the whole: what scrolls. */
  width: number;
  height: number;
}

export interface Cell {
  row: number;
  column: number;
}

interface Room {
  rows: number;
  columns: number;
  /** Size of the box that the heatmap is seen through. */
  width: number;
  height: number;
  /** Widths of the longest labels. */
  rowLabel: number;
  columnLabel: number;
  zoom: number;
}

const bars = 36;
const largestCell = 96;

/** Lays the heatmap out: columns fill the width, rows are tall enough for their names; zoom changes both. */
export function layoutOf(room: Room): Layout {
  const { rows, columns, width, height, zoom } = room;
  const gutter = Math.ceil(Math.min(room.rowLabel + 14, Math.max(64, width * 0.3), 240)) + bars;
  const fitWidth = (width - gutter - 1) / Math.max(1, columns);
  const usual = Math.min(largestCell, Math.max(fitWidth, 3));
  const cellWidth = Math.max(Math.min(usual, fitWidth), Math.min(usual * zoom, largestCell * 2));
  const turned = room.columnLabel + 8 > cellWidth;
  const head = turned ? Math.ceil(Math.min(room.columnLabel, 120)) + 12 : 24;
  const fitHeight = (height - head - 1) / Math.max(1, rows);
  const usualHeight = rows <= 16 ? 26 : 20;
  const cellHeight = Math.max(Math.min(usualHeight, fitHeight), Math.min(usualHeight * zoom, 64));
  return {
    rows,
    columns,
    gutter,
    bars,
    head,
    cellWidth,
    cellHeight,
    turned,
    leastZoom: Math.min(1, fitWidth / usual, fitHeight / usualHeight),
    // Less what rounding adds: a pixel more than fits would bring scroll bars, which take their own room.
    width: Math.ceil(gutter + columns * cellWidth - 0.01) + 1,
    height: Math.ceil(head + rows * cellHeight - 0.01) + 1,
  };
}

/** The cell under a point of the box, given how far it is scrolled; null beside the cells. */
export function cellAt(
  layout: Layout,
  x: number,
  y: number,
  left: number,
  top: number,
): Cell | null {
  if (x < layout.gutter || y < layout.head) return null;
  const column = Math.floor((x + left - layout.gutter) / layout.cellWidth);
  const row = Math.floor((y + top - layout.head) / layout.cellHeight);
  if (column < 0 || column >= layout.columns || row < 0 || row >= layout.rows) return null;
  return { row, column };
}

/** Every how manieth label fits, when each needs `size` pixels and stands `step` pixels from the next. */
export function every(size: number, step: number): number {
  return Math.max(1, Math.ceil(size / step));
}

/** Scroll position that brings a cell into view, changed as little as possible. */
export function scrollTo(
  layout: Layout,
  cell: Cell,
  box: { left: number; top: number; width: number; height: number },
): { left: number; top: number } {
  const nearest = (from: number, size: number, at: number, visible: number) =>
    Math.min(from, Math.max(at, from + size - visible));
  const x = cell.column * layout.cellWidth;
  const y = cell.row * layout.cellHeight;
  return {
    left: nearest(x, layout.cellWidth, box.left, box.width - layout.gutter),
    top: nearest(y, layout.cellHeight, box.top, box.height - layout.head),
  };
}
