import type { ReadAhead } from '../../arrays/readAhead.js';
import { isImage } from '../imageFolder/names.js';
import { type Member, tarMembers } from './tar.js';

/** Files of an archive that belong together: the same key, by what follows it (`jpg`, `cls`, `json`). */
export interface Sample {
  key: string;
  parts: Map<string, Member>;
}

/** Where a member's key ends: at the first dot of its last name. */
const parted = /^((?:.*\/)?[^./][^./]*)\.([^/]+)$/;

/** Samples of an archive in their order: files with the same key, one after the other, as WebDataset reads them. */
export async function* samplesOf(file: ReadAhead): AsyncGenerator<Sample> {
  let sample: Sample = { key: '', parts: new Map() };
  for await (const member of tarMembers(file)) {
    const [, key, ending] = parted.exec(member.name) ?? [];
    if (key === undefined) continue;
    if (sample.key !== key) {
      if (sample.parts.size > 0) yield sample;
      sample = { key, parts: new Map() };
    }
    sample.parts.set(partOf(ending.toLowerCase()), member);
  }
  if (sample.parts.size > 0) yield sample;
}

/** One name for the image of a sample, whether it is a JPEG here and a PNG there; `left.png` keeps its own. */
function partOf(ending: string): string {
  return isImage(`.${ending}`) && !ending.includes('.') ? 'image' : ending;
}

export function isImagePart(part: string): boolean {
  return part === 'image' || isImage(part);
}

/** Whether a part is read as text: a label, or a text that is labelled. */
export function isTextPart(part: string): boolean {
  return /\b(cls\d?|json|txt|text|labels?|class)$/.test(part);
}
