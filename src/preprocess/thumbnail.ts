import type { SampleContent } from '../protocol/content.js';
import { decodeImage } from './decode.js';
import { loadSharp } from './sharp.js';

/** Longest side of a thumbnail, pixels; small pictures are enlarged by whole pixels, so that they can be seen. */
const side = 96;
/** Characters of a text that stand for it. */
const excerpt = 160;

/** A sample as something to look at: a picture as a data URI, or the beginning of a text; null where there is neither. */
export async function thumbnail(
  content: SampleContent,
): Promise<{ image: string } | { text: string } | null> {
  if (content.kind === 'text') {
    const text = content.pair === null ? content.text : `${content.text} ⟷ ${content.pair}`;
    return { text: text.length > excerpt ? `${text.slice(0, excerpt)}…` : text };
  }
  if (content.kind === 'numbers' || content.kind === 'row') return null;
  const { data, width, height, channels } =
    content.kind === 'pixels' ? content : await decodeImage(content.bytes, 3, content.file);
  const sharp = await loadSharp(content.file);
  const small = Math.max(width, height) < side;
  const picture = sharp(data, { raw: { width, height, channels } }).resize(side, side, {
    fit: 'inside',
    kernel: small ? 'nearest' : 'lanczos3',
  });
  const bytes = small
    ? await picture.png().toBuffer()
    : await picture.jpeg({ quality: 80 }).toBuffer();
  return { image: `data:image/${small ? 'png' : 'jpeg'};base64,${bytes.toString('base64')}` };
}
