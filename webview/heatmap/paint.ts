import { blocksIn } from '../../src/heatmap/window.js';
import type { HeatmapWindow } from '../../src/protocol/heatmap.js';
import { probability } from '../format.js';
import { blockAt, startOf } from './block.js';
import { isLight, stepOf } from './colours.js';
import { type Box, partInView } from './detail.js';
import { drawColumnLabels, drawRowLabels } from './labels.js';
import type { Cell, Layout } from './layout.js';
import { blocksOver, type Look, type Picture, type Range, type Scene } from './scene.js';

/** Draws the blocks of a window once: the largest value of each shows, so that nothing bright is lost. */
export function pictureOf(window: HeatmapWindow, look: Look): Picture {
  const image = document.createElement('canvas');
  image.width = Math.max(1, blocksIn(window.columns));
  image.height = Math.max(1, blocksIn(window.rows));
  const context = image.getContext('2d');
  if (!context || !window.largest.length) return { window, image };
  const pixels = context.createImageData(image.width, image.height);
  // Four bytes at once.
  const bytes = Uint8ClampedArray.from(look.ramp.flatMap(colour => [...colour, 255]));
  const colours = new Uint32Array(bytes.buffer);
  const cells = new Uint32Array(pixels.data.buffer);
  for (let k = 0; k < cells.length; k++) cells[k] = colours[stepOf(window.largest[k], look.top)];
  context.putImageData(pixels, 0, 0);
  return { window, image };
}

/** Draws what is seen of the heatmap through a box of the given size, scrolled to `left`, `top`. */
export function paint(
  canvas: HTMLCanvasElement,
  scene: Scene,
  box: Box,
  marked: readonly (Cell | null)[],
  density = devicePixelRatio || 1,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { layout, look, front } = scene;
  const [width, height] = [Math.round(box.width * density), Math.round(box.height * density)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.setTransform(density, 0, 0, density, 0, 0);
  context.fillStyle = look.background;
  context.fillRect(0, 0, box.width, box.height);
  context.font = look.font;
  context.textBaseline = 'middle';

  const x0 = layout.gutter - box.left;
  const y0 = layout.head - box.top;
  const { rows, columns } = partInView(layout, box);
  const range = { first: rows[0], last: rows[1], from: columns[0], to: columns[1] };
  context.save();
  context.beginPath();
  context.rect(layout.gutter, layout.head, box.width - layout.gutter, box.height - layout.head);
  context.clip();
  for (const picture of [...scene.behind, front])
    drawCells(context, picture, layout, x0, y0, range, density);
  drawGrid(context, scene, x0, y0, range);
  drawNumbers(context, scene, x0, y0, range);
  for (const cell of marked) if (cell) drawMark(context, scene, x0, y0, cell);
  context.restore();

  drawRowLabels(context, scene, y0, range, box.height);
  drawColumnLabels(context, scene, x0, range, box.width);
}

function drawCells(
  context: CanvasRenderingContext2D,
  { window, image }: Picture,
  layout: Layout,
  x0: number,
  y0: number,
  { first, last, from, to }: Range,
  density: number,
): void {
  const { rows, columns } = window;
  const [top, bottom] = blocksOver(rows, first, last);
  const [left, right] = blocksOver(columns, from, to);
  if (right <= left || bottom <= top) return;
  const wide = columns.block * layout.cellWidth;
  const high = rows.block * layout.cellHeight;
  context.save();
  // The last block may be smaller than its pixel says.
  context.beginPath();
  context.rect(x0, y0, layout.columns * layout.cellWidth, layout.rows * layout.cellHeight);
  context.clip();
  // Without smoothing, blocks that are smaller than a pixel would be left out; with it they are mixed.
  context.imageSmoothingEnabled = Math.min(wide, high) * density < 1;
  context.drawImage(
    image,
    left,
    top,
    right - left,
    bottom - top,
    x0 + columns.from * layout.cellWidth + left * wide,
    y0 + rows.from * layout.cellHeight + top * high,
    (right - left) * wide,
    (bottom - top) * high,
  );
  context.restore();
}

function drawGrid(
  context: CanvasRenderingContext2D,
  { layout, look }: Scene,
  x0: number,
  y0: number,
  { first, last, from, to }: Range,
): void {
  const room = Math.min(layout.cellWidth, layout.cellHeight);
  // Lines of full contrast between smaller cells would be all that is seen.
  if (room < (look.border ? 14 : 10)) return;
  context.fillStyle = look.border ?? look.background;
  const [left, top] = [x0 + from * layout.cellWidth, y0 + first * layout.cellHeight];
  const wide = (to - from) * layout.cellWidth;
  const high = (last - first) * layout.cellHeight;
  for (let column = from; column <= to; column++)
    context.fillRect(Math.round(x0 + column * layout.cellWidth), top, 1, high);
  for (let row = first; row <= last; row++)
    context.fillRect(left, Math.round(y0 + row * layout.cellHeight), wide, 1);
}

/** Large cells carry their number. */
function drawNumbers(
  context: CanvasRenderingContext2D,
  { front: { window }, layout, look }: Scene,
  x0: number,
  y0: number,
  { first, last, from, to }: Range,
): void {
  if (layout.cellWidth < 42 || layout.cellHeight < 18) return;
  context.textAlign = 'center';
  for (let row = first; row < last; row++) {
    for (let column = from; column < to; column++) {
      const found = blockAt(window, { row, column });
      if (found?.cells !== 1 || found.largest < 0.005) continue;
      const p = found.largest;
      context.fillStyle = isLight(look.ramp[stepOf(p, look.top)]) ? '#000' : '#fff';
      context.fillText(
        probability(p),
        x0 + (column + 0.5) * layout.cellWidth,
        y0 + (row + 0.5) * layout.cellHeight + 1,
      );
    }
  }
}

/** A ring that is seen on any colour: the theme's focus colour between two lines of background. */
function drawMark(
  context: CanvasRenderingContext2D,
  { front: { window }, layout, look }: Scene,
  x0: number,
  y0: number,
  { row, column }: Cell,
): void {
  const { rows, columns } = window;
  const x = x0 + startOf(column, columns.block) * layout.cellWidth;
  const y = y0 + startOf(row, rows.block) * layout.cellHeight;
  const wide = columns.block * layout.cellWidth;
  const high = rows.block * layout.cellHeight;
  for (const [line, colour] of [
    [5, look.background],
    [2, look.cursor],
  ] as const) {
    context.lineWidth = line;
    context.strokeStyle = colour;
    context.strokeRect(x, y, wide, high);
  }
}
