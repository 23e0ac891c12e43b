import { failure } from '../protocol/notice.js';
import type { Keys } from './keys.js';

type Json = Record<string, unknown>;

/** timm's defaults where a configuration leaves a key out (timm.data.config and timm.data.constants). */
const defaults = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  cropPct: 0.875,
  interpolation: 'bicubic',
} as const;
const kernels = ['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos'] as const;

/**
 * Preprocessing of a `pretrained_cfg`, as timm writes it into `config.json` on the Hugging Face hub, in the notation of the other
 * files: what timm's `create_transform` does for evaluation. The shorter side becomes floor(side / crop_pct) and the centre is cut
 * out; with `squash` both sides do, whatever the shape of the image.
 * @param sidecar name of the file in which a user may say how images are resized and cropped
 * @param sized whether that is said there already: then nothing of it is taken from here
 * @returns no keys where the file is not timm's
 * @throws TransferLensError that names file, key and cure, where timm would do what is not done here
 */
export function readTimm(json: Json, file: string, sidecar: string, sized: boolean): Keys {
  const config = json.pretrained_cfg;
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return {};
  const {
    input_size,
    mean = defaults.mean,
    std = defaults.std,
    crop_pct = defaults.cropPct,
    crop_mode = 'center',
    interpolation = defaults.interpolation,
  } = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
  const refuse = (key: string, value: unknown, expected: string) => {
    const params = { file, key: `pretrained_cfg.${key}`, value: JSON.stringify(value), expected };
    return failure('metadata.value', params);
  };
  const notDone = (key: string, value: unknown) => {
    const params = { file, key: `pretrained_cfg.${key}`, value: JSON.stringify(value), sidecar };
    return failure('metadata.timmSizing', params);
  };
  const numbers = (value: unknown): value is number[] =>
    Array.isArray(value) && value.length > 0 && value.every(Number.isFinite);
  const given = input_size === undefined ? null : input_size;
  const sides = numbers(given) && given.length === 3 && given.every(isSide);
  if (given !== null && !sides) throw refuse('input_size', given, '[3, 224, 224]');
  if (typeof crop_pct !== 'number' || !(crop_pct > 0 && crop_pct <= 1))
    throw refuse('crop_pct', crop_pct, '0.875 (0 < crop_pct <= 1)');
  if (!numbers(mean)) throw refuse('mean', mean, '[0.485, 0.456, 0.406]');
  if (!numbers(std) || std.some(s => s <= 0)) throw refuse('std', std, '[0.229, 0.224, 0.225]');
  const resample = kernels.find(kernel => kernel === interpolation);
  if (!resample) throw refuse('interpolation', interpolation, kernels.join(' | '));
  const keys: Keys = {
    ...{ do_resize: true, resample, do_rescale: true, rescale_factor: 1 / 255 },
    ...{ do_normalize: true, image_mean: mean, image_std: std },
  };
  if (sized) return keys;
  // `border` pads with the mean: no step of ours does that.
  if (crop_mode !== 'center' && crop_mode !== 'squash') throw notDone('crop_mode', crop_mode);
  if (!sides && crop_mode === 'squash') throw refuse('input_size', given, '[3, 224, 224]');
  // The graph says the size, and timm's way from it is the same.
  if (!sides) return { ...keys, crop_pct };
  const [, height, width] = given;
  if (crop_mode === 'squash')
    return {
      ...keys,
      size: { height: Math.floor(height / crop_pct), width: Math.floor(width / crop_pct) },
      do_center_crop: true,
      crop_size: { height, width },
    };
  // timm scales to what is not square by another kernel than it is told.
  if (height !== width) throw notDone('input_size', given);
  return { ...keys, size: height, crop_pct };
}

/** The highest index of a class that is believed. */
const mostClasses = 1_000_000;

/**
 * Names of the classes as timm writes them, beside the `pretrained_cfg` or in it: a list, or by index where some have no name.
 * Null where there are none.
 */
export function timmLabels({ label_names, pretrained_cfg }: Json): string[] | null {
  const names = label_names ?? (pretrained_cfg as Json | null | undefined)?.label_names;
  if (typeof names !== 'object' || names === null) return null;
  const entries = Object.entries(names);
  const indices = entries.map(([key]) => Number(key));
  const known = indices.every(k => Number.isInteger(k) && k >= 0 && k < mostClasses);
  if (entries.length === 0 || !known || entries.some(([, name]) => typeof name !== 'string'))
    return null;
  const all = Array.from({ length: Math.max(...indices) + 1 }, (_, k) => `class ${k}`);
  for (const [key, name] of entries) all[Number(key)] = name;
  return all;
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65_536;
}
