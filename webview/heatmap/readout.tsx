import { t } from '../l10n.js';
import type { Point } from './stage.js';

/** Says what is at the cursor, also to screen readers; before there is one, how to get there. */
export function Readout({ id, text }: { id: string; text: string }) {
  return (
    <p id={id} class="reading" role="status">
      {text || (
        <span class="quiet">
          {t(
            'Point at a cell, or move through the cells with the arrow keys. Ctrl and the wheel, or + and −, zoom; dragging scrolls.',
          )}
        </span>
      )}
    </p>
  );
}

/** Follows the pointer; on the right half of the heatmap it stands to the left of it. @param width of the heatmap's box */
export function Tooltip({ x, y, width, text }: Point & { width: number; text: string }) {
  const side = x > width / 2 ? { right: `${width - x + 14}px` } : { left: `${x + 14}px` };
  return (
    <div class="tooltip" aria-hidden="true" style={{ top: `${y + 14}px`, ...side }}>
      {text}
    </div>
  );
}
