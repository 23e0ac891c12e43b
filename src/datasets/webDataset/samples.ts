import type { ReadAhead } from '../../arrays/readAhead.js';
import { isImage } from '../imageFolder/names.js';
import { type Member, tarMembers } from './tar.js';

/** Files of an archive that belong together: the same key, by what follows it (`jpg`, `cls`, `json`). */
export interface Sample {
  key: string;
  parts: Map<string, Member>;
}

/**
 * Samples of an archive in their order, at least one at a time: files with the same key, one after the other, as WebDataset reads them.
 */
export async function* samplesOf(file: ReadAhead): AsyncGenerator<Sample[]> {
  let sample: Sample = { key: '', parts: new Map() };
  for await (const members of tarMembers(file)) {
    const samples: Sample[] = [];
    for (const member of members) {
      const { name } = member;
      // A key ends at the first dot of the last name, which does not begin with it.
      const last = name.lastIndexOf('/') + 1;
      const dot = name.indexOf('.', last);
      if (dot <= last || dot === name.length - 1) continue;
      const key = name.slice(0, dot);
      if (sample.key !== key) {
        if (sample.parts.size > 0) samples.push(sample);
        sample = { key, parts: new Map() };
      }
      sample.parts.set(partOf(name.slice(dot + 1).toLowerCase()), member);
    }
    if (samples.length > 0) yield samples;
  }
  if (sample.parts.size > 0) yield [sample];
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
