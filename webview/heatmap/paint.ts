import { blocksIn } from '../../src/heatmap/window.js';
import type { HeatmapSpan, HeatmapWindow } from '../../src/protocol/heatmap.js';
import { probability } from '../format.js';
import { blockAt, startOf } from './block.js';
import { isLight, type Rgb, stepOf } from './colours.js';
import { type Box, partInView } from './detail.js';
import { type Cell, every, type Layout } from './layout.js';

/** How the heatmap looks: colours and font, read from the theme. */
export interface Look {
  ramp: readonly Rgb[];
  /** The scale ends here. */
  top: number;
  background: string;
  foreground: string;
  quiet: string;
  bar: string;
  cursor: string;
  /** Lines between cells in high contrast; null: a hairline of background. */
  border: string | null;
  font: string;
}

/** A part of the heatmap as an image, a pixel for each block: scrolling and zooming only stretch it. */
export interface Picture {
  window: HeatmapWindow;
  image: HTMLCanvasElement;
}

export interface Scene {
  /** What the labels are of; its blocks are those that are read. */
  front: Picture;
  /** What is seen where the front has nothing: coarser, or another part. */
  behind: readonly Picture[];
  layout: Layout;
  look: Look;
}

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

/** Rows and columns in view. */
interface Range {
  first: number;
  last: number;
  from: number;
  to: number;
}

/** The blocks of a span that hold something of a range: their numbers, half-open. */
function blocksOver(span: HeatmapSpan, from: number, to: number): [number, number] {
  const first = Math.max(0, Math.floor((from - span.from) / span.block));
  return [first, Math.min(blocksIn(span), Math.ceil((to - span.from) / span.block))];
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

/** Half of what a name takes of the room beside others, CSS pixels. */
const half = 6.5;

/** Names of rows, as many as fit, and a bar for the heaviest source class of each block. */
function drawRowLabels(
  context: CanvasRenderingContext2D,
  { front: { window }, layout, look }: Scene,
  y0: number,
  { first, last }: Range,
  height: number,
): void {
  const { rows, whole } = window;
  const high = rows.block * layout.cellHeight;
  context.save();
  context.beginPath();
  context.rect(0, layout.head, layout.gutter, height - layout.head);
  context.clip();
  const step = every(13, high);
  const right = layout.gutter - layout.bars - 6;
  context.textAlign = 'right';
  const [from, to] = blocksOver(rows, first, last);
  let free = layout.head;
  for (let k = from; k < to; k++) {
    const place = rows.from / rows.block + k;
    const y = y0 + (place + 0.5) * high;
    // The first name is never left out: it moves into view instead, and names that it would touch are.
    const at = place === 0 && y0 >= layout.head ? Math.max(y, y0 + half) : y;
    if (place % step === 0 && at - half >= free - 1 && at + half <= height + 1) {
      context.fillStyle = rows.weight[k] > 0 ? look.foreground : look.quiet;
      context.fillText(shorten(context, rows.first[k], right - 4), right, at + 1);
      free = at + half;
    }
    context.fillStyle = look.bar;
    const thick = Math.max(0.5, Math.min(high - 2, 8));
    const share = whole.heaviest > 0 ? rows.heaviest[k] / whole.heaviest : 0;
    context.fillRect(layout.gutter - layout.bars, y - thick / 2, share * (layout.bars - 6), thick);
  }
  context.restore();
}

function drawColumnLabels(
  context: CanvasRenderingContext2D,
  { front: { window }, layout, look }: Scene,
  x0: number,
  range: Range,
  width: number,
): void {
  const { columns } = window;
  const wide = columns.block * layout.cellWidth;
  context.fillStyle = look.quiet;
  context.textAlign = 'left';
  context.fillText('P(z)', layout.gutter - layout.bars, layout.head - 10);
  context.save();
  context.beginPath();
  context.rect(layout.gutter, 0, width - layout.gutter, layout.head);
  context.clip();
  context.fillStyle = look.foreground;
  const step = layout.turned ? every(13, wide) : 1;
  const [from, to] = blocksOver(columns, range.from, range.to);
  let free = layout.gutter;
  for (let k = from; k < to; k++) {
    const place = columns.from / columns.block + k;
    if (place % step) continue;
    const name = columns.first[k];
    const x = x0 + (place + 0.5) * wide;
    if (layout.turned) {
      const at = place === 0 && x0 >= layout.gutter ? Math.max(x, x0 + half) : x;
      if (at - half < free - 1 || at + half > width + 1) continue;
      free = at + half;
      context.save();
      context.translate(at + 1, layout.head - 6);
      context.rotate(-Math.PI / 2);
      context.fillText(shorten(context, name, layout.head - 12), 0, 0);
      context.restore();
    } else {
      context.textAlign = 'center';
      context.fillText(shorten(context, name, layout.cellWidth - 2), x, layout.head - 10);
    }
  }
  context.restore();
}

/** A label that fits, by leaving out its end; whole characters only, emoji included. */
function shorten(context: CanvasRenderingContext2D, text: string, room: number): string {
  const line = text.replace(/\s+/g, ' ');
  if (context.measureText(line).width <= room) return line;
  const characters = [...line.slice(0, 200)];
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const fits = context.measureText(`${characters.slice(0, middle).join('')}…`).width <= room;
    if (fits) low = middle;
    else high = middle - 1;
  }
  return `${characters.slice(0, low).join('').trimEnd()}…`;
}

/** Width of the longest of some labels. */
export function widest(labels: readonly string[], font: string): number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return 0;
  context.font = font;
  return labels.reduce((most, label) => Math.max(most, context.measureText(label).width), 0);
}
