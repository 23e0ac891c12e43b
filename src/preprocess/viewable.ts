import type { SampleContent } from '../protocol/content.js';
import { decodeImage } from './decode.js';
import { imageFormat } from './imageHeader.js';
import { loadSharp } from './sharp.js';

/** Formats that browsers show, and what files of them end in. */
const shown = { png: 'png', jpeg: 'jpg', gif: 'gif', webp: 'webp' };

/** A sample as the bytes of a file that any editor shows: an image as it is stored where it can, else as PNG; a text; numbers a line each. */
export async function viewable(
  content: SampleContent,
): Promise<{ ending: string; bytes: Uint8Array }> {
  if (content.kind === 'text') return text([content.text, content.pair]);
  if (content.kind === 'numbers') return text([...content.values]);
  if (content.kind === 'row') return text([content.id]);
  if (content.kind === 'encodedImage') {
    const { bytes } = content;
    const format = imageFormat(bytes);
    if (format && format !== 'tiff') return { ending: shown[format], bytes };
  }
  const { data, width, height, channels } =
    content.kind === 'pixels' ? content : await decodeImage(content.bytes, 3, content.file);
  const sharp = await loadSharp(content.file);
  const bytes = await sharp(data, { raw: { width, height, channels } }).png().toBuffer();
  return { ending: 'png', bytes };
}

function text(lines: readonly (string | number | null)[]) {
  return {
    ending: 'txt',
    bytes: new TextEncoder().encode(lines.filter(l => l !== null).join('\n')),
  };
}
