import { probability } from '../format.js';
import { isLight, type Rgb, stepOf } from './colours.js';
import { type Cell, every, type Layout } from './layout.js';
import type { Matrix } from './matrix.js';

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

export interface Scene {
  matrix: Matrix;
  /** Source classes in the order of the rows. */
  sources: readonly number[];
  layout: Layout;
  look: Look;
  /** The cells, one pixel each, see `bitmapOf`. */
  bitmap: Bitmap;
}

/** The cells as an image. `pool` rows share a pixel row: the largest value shows, so that nothing bright is lost. */
export interface Bitmap {
  image: HTMLCanvasElement;
  pool: number;
}

/** Draws all cells once, a pixel each; scrolling and zooming only stretch this image. */
export function bitmapOf(
  matrix: Matrix,
  sources: readonly number[],
  look: Look,
  pool: number,
): Bitmap {
  const columns = matrix.targetClasses.length;
  const rows = Math.ceil(sources.length / pool);
  const image = document.createElement('canvas');
  image.width = Math.max(1, columns);
  image.height = Math.max(1, rows);
  const context = image.getContext('2d');
  if (!context || !sources.length) return { image, pool };
  const pixels = context.createImageData(image.width, image.height);
  const stride = matrix.sourceClasses.length;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const group = sources.slice(row * pool, (row + 1) * pool);
    for (let y = 0; y < columns; y++) {
      let p = 0;
      for (const z of group) p = Math.max(p, matrix.conditional[y * stride + z]);
      const [r, g, b] = look.ramp[stepOf(p, look.top)];
      pixels.data[at++] = r;
      pixels.data[at++] = g;
      pixels.data[at++] = b;
      pixels.data[at++] = 255;
    }
  }
  context.putImageData(pixels, 0, 0);
  return { image, pool };
}

/** Draws what is seen of the heatmap through a box of the given size, scrolled to `left`, `top`. */
export function paint(
  canvas: HTMLCanvasElement,
  scene: Scene,
  box: { width: number; height: number; left: number; top: number },
  marked: readonly (Cell | null)[],
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { layout, look } = scene;
  const density = devicePixelRatio || 1;
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
  context.save();
  context.beginPath();
  context.rect(layout.gutter, layout.head, box.width - layout.gutter, box.height - layout.head);
  context.clip();
  context.imageSmoothingEnabled = false;
  const first = Math.max(0, Math.floor(box.top / layout.cellHeight));
  const last = Math.min(
    layout.rows,
    Math.ceil((box.top + box.height - layout.head) / layout.cellHeight),
  );
  const from = Math.max(0, Math.floor(box.left / layout.cellWidth));
  const to = Math.min(
    layout.columns,
    Math.ceil((box.left + box.width - layout.gutter) / layout.cellWidth),
  );
  drawCells(context, scene, x0, y0, { first, last, from, to });
  drawGrid(context, scene, x0, y0, { first, last, from, to });
  drawNumbers(context, scene, x0, y0, { first, last, from, to });
  for (const cell of marked) if (cell) drawMark(context, scene, x0, y0, cell);
  context.restore();

  drawRowLabels(context, scene, y0, first, last, box.height);
  drawColumnLabels(context, scene, x0, from, to, box.width);
}

interface Range {
  first: number;
  last: number;
  from: number;
  to: number;
}

function drawCells(
  context: CanvasRenderingContext2D,
  { layout, bitmap: { image, pool } }: Scene,
  x0: number,
  y0: number,
  { first, last, from, to }: Range,
): void {
  const top = Math.floor(first / pool);
  const rows = last / pool - top;
  if (to <= from || rows <= 0) return;
  context.drawImage(
    image,
    from,
    top,
    to - from,
    rows,
    x0 + from * layout.cellWidth,
    y0 + top * pool * layout.cellHeight,
    (to - from) * layout.cellWidth,
    rows * pool * layout.cellHeight,
  );
}

function drawGrid(
  context: CanvasRenderingContext2D,
  { layout, look }: Scene,
  x0: number,
  y0: number,
  { first, last, from, to }: Range,
): void {
  const room = Math.min(layout.cellWidth, layout.cellHeight);
  if (room < (look.border ? 5 : 10)) return;
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
  { matrix, sources, layout, look }: Scene,
  x0: number,
  y0: number,
  { first, last, from, to }: Range,
): void {
  if (layout.cellWidth < 42 || layout.cellHeight < 18) return;
  const stride = matrix.sourceClasses.length;
  context.textAlign = 'center';
  for (let row = first; row < last; row++) {
    for (let column = from; column < to; column++) {
      const p = matrix.conditional[column * stride + sources[row]];
      if (p < 0.005) continue;
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
  { layout, look }: Scene,
  x0: number,
  y0: number,
  { row, column }: Cell,
): void {
  const x = x0 + column * layout.cellWidth;
  const y = y0 + row * layout.cellHeight;
  const draw = (grow: number, width: number, colour: string) => {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.strokeRect(
      x - grow,
      y - grow,
      layout.cellWidth + 2 * grow,
      layout.cellHeight + 2 * grow,
    );
  };
  draw(0, 5, look.background);
  draw(0, 2, look.cursor);
}

function drawRowLabels(
  context: CanvasRenderingContext2D,
  { matrix, sources, layout, look }: Scene,
  y0: number,
  first: number,
  last: number,
  height: number,
): void {
  context.save();
  context.beginPath();
  context.rect(0, layout.head, layout.gutter, height - layout.head);
  context.clip();
  const step = every(13, layout.cellHeight);
  const heaviest = sources.reduce((most, z) => Math.max(most, matrix.weight[z]), 0);
  const right = layout.gutter - layout.bars - 6;
  context.textAlign = 'right';
  for (let row = first; row < last; row++) {
    const y = y0 + (row + 0.5) * layout.cellHeight;
    const z = sources[row];
    if (row % step === 0) {
      context.fillStyle = matrix.weight[z] > 0 ? look.foreground : look.quiet;
      context.fillText(
        shorten(context, matrix.sourceClasses[z], right - 4),
        right,
        row === 0 && y0 >= layout.head ? Math.max(y + 1, y0 + 7) : y + 1,
      );
    }
    context.fillStyle = look.bar;
    const thick = Math.max(0.5, Math.min(layout.cellHeight - 2, 8));
    const long = heaviest > 0 ? (matrix.weight[z] / heaviest) * (layout.bars - 6) : 0;
    context.fillRect(layout.gutter - layout.bars, y - thick / 2, long, thick);
  }
  context.restore();
}

function drawColumnLabels(
  context: CanvasRenderingContext2D,
  { matrix, layout, look }: Scene,
  x0: number,
  from: number,
  to: number,
  width: number,
): void {
  context.fillStyle = look.quiet;
  context.textAlign = 'left';
  context.fillText('P(z)', layout.gutter - layout.bars, layout.head - 10);
  context.save();
  context.beginPath();
  context.rect(layout.gutter, 0, width - layout.gutter, layout.head);
  context.clip();
  context.fillStyle = look.foreground;
  const step = layout.turned ? every(13, layout.cellWidth) : 1;
  for (let column = from; column < to; column++) {
    if (column % step) continue;
    const name = matrix.targetClasses[column];
    const x = x0 + (column + 0.5) * layout.cellWidth;
    if (layout.turned) {
      context.save();
      context.translate(x + 1, layout.head - 6);
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

/** Width of the longest of the labels, by measuring those with most characters. */
export function widest(labels: readonly string[], font: string): number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return 0;
  context.font = font;
  const candidates = [...labels].sort((a, b) => b.length - a.length).slice(0, 24);
  return candidates.reduce((most, label) => Math.max(most, context.measureText(label).width), 0);
}
