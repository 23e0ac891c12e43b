import { csvLine } from '../src/heatmap/csv.js';
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

/** The same for a drawing, as PNG at twice its size on the given background. */
export async function saveDrawing(name: string, svg: string, background: string): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = 2 * image.width;
  canvas.height = 2 * image.height;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.fillStyle = background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  saveCanvas(name, canvas);
}
