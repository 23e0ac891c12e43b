import { startOf } from './block.js';
import type { Cell, Layout } from './layout.js';

/** Where a key moves the cursor to, block by block; null for keys that move nothing. */
export function moved(
  from: Cell | null,
  event: KeyboardEvent,
  layout: Layout,
  block: { rows: number; columns: number },
): Cell | null {
  const row = startOf(from?.row ?? 0, block.rows);
  const column = startOf(from?.column ?? 0, block.columns);
  const far = event.ctrlKey || event.metaKey;
  const to: Record<string, Cell> = {
    ArrowUp: { row: row - block.rows, column },
    ArrowDown: { row: row + block.rows, column },
    ArrowLeft: { row, column: column - block.columns },
    ArrowRight: { row, column: column + block.columns },
    PageUp: { row: row - 10 * block.rows, column },
    PageDown: { row: row + 10 * block.rows, column },
    Home: { row: far ? 0 : row, column: 0 },
    End: { row: far ? layout.rows - 1 : row, column: layout.columns - 1 },
  };
  const next = to[event.key];
  if (!next) return null;
  const within = (value: number, size: number) => Math.max(0, Math.min(size - 1, value));
  return { row: within(next.row, layout.rows), column: within(next.column, layout.columns) };
}
