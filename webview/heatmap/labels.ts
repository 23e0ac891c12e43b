import { every } from './layout.js';
import { blocksOver, type Range, type Scene } from './scene.js';

/** Half of what a name takes of the room beside others, CSS pixels. */
const half = 6.5;

/** Names of rows, as many as fit, and a bar for the heaviest source class of each block. */
export function drawRowLabels(
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

/** Names of columns, upright where cells are narrow, and what the bars beside the rows stand for. */
export function drawColumnLabels(
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
