import type { SampleContent } from '../protocol/content.js';
import { decodeImage } from './decode.js';
import { loadSharp } from './sharp.js';

/** Longest side of a thumbnail, pixels; small pictures are enlarged by whole pixels, so that they can be seen. */
const side = 96;
/** Characters of a text that stand for it. */
const excerpt = 160;

/** Numbers of a row that stand for it. */
const mostNumbers = 12;

/** A sample as something to look at: a picture as a data URI, or the beginning of a text or of a row of numbers; null where there is neither. */
export async function thumbnail(
  content: SampleContent,
): Promise<{ image: string } | { text: string } | null> {
  if (content.kind === 'text') return { text: beginningOf(content) };
  if (content.kind === 'numbers') return { text: firstOf(content.values) };
  if (content.kind === 'row') return null;
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

/** The beginning of a text, or of both texts of a pair. */
function beginningOf({ text, pair }: { text: string; pair: string | null }): string {
  const cut = (whole: string, length: number) =>
    whole.length > length ? `${whole.slice(0, length)}…` : whole;
  if (pair === null) return cut(text, excerpt);
  return `${cut(text, excerpt / 2)} ⟷ ${cut(pair, excerpt / 2)}`;
}

function firstOf(values: Float64Array): string {
  const shown = Array.from(values.subarray(0, mostNumbers), value => String(+value.toPrecision(4)));
  return [...shown, ...(values.length > mostNumbers ? ['…'] : [])].join('  ');
}
