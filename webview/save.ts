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

/** The same for what is on a canvas, as PNG. */
export function saveCanvas(name: string, canvas: HTMLCanvasElement): void {
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
