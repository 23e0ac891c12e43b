import { csvLine } from '../src/heatmap/csv.js';
import { type Drawing, svgOf } from './charts/drawing.js';
import { ask } from './host.js';

/** Values as CSV. */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map(csvLine).join('');
}

/** Asks the editor to save a text; it asks for the place. */
export function saveText(name: string, text: string): void {
  ask(async host => void (await host.save({ name, text })));
}

/** What a picture of a canvas is headed with, as charts are. */
export interface Heading {
  title: string;
  subtitle: string;
  /** The look of the canvas, colours and font as CSS. */
  look: { background: string; foreground: string; quiet: string; font: string };
}

/**
 * A canvas as PNG, with a heading, for it may be sent without the page that it comes from.
 * @param scale pixels of the canvas for a CSS pixel; as on the screen unless given
 */
export function saveHeaded(
  name: string,
  drawn: HTMLCanvasElement,
  { title, subtitle, look }: Heading,
  scale = devicePixelRatio || 1,
): void {
  const edge = 12;
  const head = 56;
  const canvas = document.createElement('canvas');
  canvas.width = drawn.width + Math.round(2 * edge * scale);
  canvas.height = drawn.height + Math.round((head + edge) * scale);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.fillStyle = look.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawn, Math.round(edge * scale), Math.round(head * scale));
  context.scale(scale, scale);
  const widest = canvas.width / scale - 2 * edge;
  context.font = look.font.replace('12px', 'bold 15px');
  context.fillStyle = look.foreground;
  context.fillText(title, edge, 24, widest);
  context.font = look.font;
  context.fillStyle = look.quiet;
  context.fillText(subtitle, edge, 43, widest);
  saveCanvas(name, canvas);
}

/** The same for what is on a canvas, as PNG. */
function saveCanvas(name: string, canvas: HTMLCanvasElement): void {
  const base64 = canvas.toDataURL('image/png').split(',')[1];
  ask(async host => void (await host.save({ name, base64 })));
}

/** The tallest and widest canvas that every browser of an editor draws, pixels. */
const largestCanvas = 16_384;

/** The same for a drawing, as PNG at twice its size, or at less where it is very tall. */
export async function saveDrawing(name: string, drawing: Drawing): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgOf(drawing))}`;
  await image.decode();
  const scale = Math.min(2, largestCanvas / Math.max(drawing.width, drawing.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(scale * drawing.width);
  canvas.height = Math.round(scale * drawing.height);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  saveCanvas(name, canvas);
}
