import type { CropRounding } from '../protocol/preprocessing.js';
import type { Keys } from './keys.js';
import type { MetadataSource } from './metadata.js';
import { type Processor, processorOf } from './processors.js';

/** A value, where it came from, and the file to name when it cannot be. */
export interface Stated<T> {
  value: T;
  from: string;
  file: string;
  cropRounding: CropRounding;
}

/** Looks a key up: the first source that has it. */
export type Pick = <K extends keyof Keys>(key: K) => Stated<NonNullable<Keys[K]>> | null;

/** All sources as one, key by key; last come the defaults of the image processor that one of them names. */
export function merge(sources: readonly MetadataSource[]): {
  pick: Pick;
  processor: Processor | null;
} {
  const all = sources.map(source => ({ ...source, preprocessing: implied(source.preprocessing) }));
  const named = all.find(source => source.preprocessing.image_processor_type !== undefined);
  const processor = processorOf(named?.preprocessing.image_processor_type ?? '');
  if (named && processor) all.push({ ...named, preprocessing: processor.defaults });
  const pick: Pick = key => {
    for (const { preprocessing, from, file, cropRounding } of all) {
      const value = preprocessing[key];
      if (value !== undefined && value !== null) return { value, from, file, cropRounding };
    }
    return null;
  };
  return { pick, processor };
}

/** Who writes a mean wants it used: where no image processor says otherwise, a step's value switches the step on. */
function implied(keys: Keys): Keys {
  if (keys.image_processor_type !== undefined) return keys;
  const out = { ...keys };
  if (keys.size !== undefined) out.do_resize ??= true;
  if (keys.crop_size !== undefined) out.do_center_crop ??= true;
  if (keys.rescale_factor !== undefined) out.do_rescale ??= true;
  if (keys.image_mean !== undefined || keys.image_std !== undefined) out.do_normalize ??= true;
  return out;
}
