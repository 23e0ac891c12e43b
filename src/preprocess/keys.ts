import * as z from 'zod';
import { failure } from '../protocol/notice.js';
import type { ModelOverrides, Resample } from '../protocol/preprocessing.js';

/** Pillow's numbers of its kernels, by which configurations name them. */
const kernelNumbers: Resample[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];

const pixels = z.number().int().min(1).max(65_536);
const sides = z.strictObject({ height: pixels, width: pixels });
const perChannel = z.union([z.number(), z.array(z.number()).min(1)]);
const positive = z.number().positive();

/** Keys of `preprocessor_config.json` that decide an image's pixels; same names and meanings in the sidecar. */
const preprocessingShape = {
  do_resize: z.boolean(),
  size: z.union([pixels, sides, z.strictObject({ shortest_edge: pixels })]),
  resample: z.union([
    z.enum(['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos']),
    z.number().int().min(0).max(5),
  ]),
  do_center_crop: z.boolean(),
  crop_size: z.union([pixels, sides]),
  crop_pct: z.number().positive().max(1),
  do_rescale: z.boolean(),
  rescale_factor: positive,
  do_normalize: z.boolean(),
  image_mean: perChannel,
  image_std: z.union([positive, z.array(positive).min(1)]),
  do_flip_channel_order: z.boolean(),
};

/** Keys that only transformers' own files have. */
const processorShape = {
  image_processor_type: z.string(),
  feature_extractor_type: z.string(),
  /** EfficientNet: pixels from -127.5 on; a second division by `image_std`. */
  rescale_offset: z.boolean(),
  include_top: z.boolean(),
};

const labels = z.union([z.array(z.string()).min(1), z.record(z.string(), z.string())]);

/** What a user may write beside a model: `<model>.transferlens.json` or `transferlens.json`. */
export const sidecarSchema = z
  .strictObject({
    $schema: z.string(),
    ...preprocessingShape,
    channelOrder: z.enum(['RGB', 'BGR']),
    layout: z.enum(['NCHW', 'NHWC']),
    input: z.string().min(1),
    output: z.string().min(1),
    outputKind: z.enum(['probabilities', 'logits', 'sigmoids']),
    features: z.string().min(1).nullable(),
    pooling: z.enum(['cls', 'mean']),
    targets: z.string().min(1),
    ids: z.string().min(1),
    labels,
    sourceAccuracy: z.number().min(0).max(1),
  })
  .partial();

const processorSchema = z.object({ ...preprocessingShape, ...processorShape }).partial();
const teachableMachineSchema = z
  .object({ labels: z.array(z.string()), imageSize: pixels, grayscale: z.boolean() })
  .partial();
const configSchema = z.object({ id2label: z.record(z.string(), z.string()) }).partial();

/** Keys of one file, in one notation: kernels by name, sizes as sides where that is what they are. */
export interface Keys {
  do_resize?: boolean;
  /** A number is a square or the shorter side, as the image processor has it. */
  size?: number | { height: number; width: number } | { shortest_edge: number };
  resample?: Resample;
  do_center_crop?: boolean;
  crop_size?: { height: number; width: number };
  crop_pct?: number;
  do_rescale?: boolean;
  rescale_factor?: number;
  do_normalize?: boolean;
  image_mean?: number | number[];
  image_std?: number | number[];
  do_flip_channel_order?: boolean;
  image_processor_type?: string;
  rescale_offset?: boolean;
  include_top?: boolean;
}

const size = '224 | {"height": 224, "width": 224}';
const number = '0.5 | [0.5, 0.5, 0.5]';
const flag = 'true | false';

/** What may stand for each key, as a notation that needs no translation. */
const expected: Record<string, string> = {
  $schema: '"..."',
  do_resize: flag,
  size: `${size} | {"shortest_edge": 224}`,
  resample: `"nearest" | "box" | "bilinear" | "hamming" | "bicubic" | "lanczos" | 0..5`,
  do_center_crop: flag,
  crop_size: size,
  crop_pct: '0.875 (0 < crop_pct <= 1)',
  do_rescale: flag,
  rescale_factor: '0.00392156862745098',
  do_normalize: flag,
  image_mean: number,
  image_std: `${number} (> 0)`,
  do_flip_channel_order: flag,
  rescale_offset: flag,
  include_top: flag,
  image_processor_type: '"ViTImageProcessor"',
  feature_extractor_type: '"ViTFeatureExtractor"',
  channelOrder: '"RGB" | "BGR"',
  layout: '"NCHW" | "NHWC"',
  input: '"..."',
  output: '"..."',
  outputKind: '"probabilities" | "logits" | "sigmoids"',
  features: '"..." | null',
  pooling: '"cls" | "mean"',
  targets: '"..."',
  ids: '"..."',
  sourceAccuracy: '0.761',
  labels: '["cat", "dog"] | {"0": "cat", "1": "dog"}',
  id2label: '{"0": "cat", "1": "dog"}',
};

type Json = Record<string, unknown>;

/** Reads a sidecar. @throws TransferLensError that names file, key and cure */
export function readSidecar(
  json: Json,
  file: string,
): { keys: Keys; overrides: ModelOverrides; labels: string[] | null } {
  const { channelOrder, labels, layout, input, output, outputKind, features, pooling, ...more } =
    parse(sidecarSchema, json, file);
  const { sourceAccuracy, targets, ids, ...rest } = more;
  const keys = keysOf(rest);
  if (channelOrder) keys.do_flip_channel_order = channelOrder === 'BGR';
  const overrides = defined({
    input,
    output,
    outputKind,
    features,
    pooling,
    layout,
    targets,
    ids,
    sourceAccuracy,
  });
  return { keys, overrides, labels: labels ? classNames(labels, 'labels', file) : null };
}

/** Reads a `preprocessor_config.json`. Keys that say nothing of pixels are left alone, and null is as good as absent. */
export function readProcessorConfig(json: Json, file: string): Keys {
  const present = Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
  // Old configurations write a size as a list.
  for (const key of ['size', 'crop_size']) {
    const value = present[key];
    if (Array.isArray(value) && value.length === 2)
      present[key] = { height: value[0], width: value[1] };
  }
  return keysOf(parse(processorSchema, present, file));
}

/** Names of the classes in a `config.json`, or null where it has none. */
export function readLabels(json: Json, file: string): string[] | null {
  const { id2label } = parse(configSchema, json.id2label === null ? {} : json, file);
  return id2label && Object.keys(id2label).length > 0
    ? classNames(id2label, 'id2label', file)
    : null;
}

/** How sentence-transformers makes one vector of a text's tokens, where it is a way that is known here. */
export function readPooling(json: Json): ModelOverrides {
  if (json.pooling_mode_cls_token === true || json.pooling_mode === 'cls')
    return { pooling: 'cls' };
  const mean = json.pooling_mode_mean_tokens === true || json.pooling_mode === 'mean';
  return mean ? { pooling: 'mean' } : {};
}

/**
 * What Teachable Machine's `metadata.json` says of an image model; nothing where the file is another program's. Its library draws
 * the shorter side at `imageSize`, cuts the centre square out and takes x / 127 - 1.
 */
export function readTeachableMachine(
  json: Json,
  file: string,
): { keys?: Keys; labels?: string[] | null } {
  if (typeof json.tmVersion !== 'string' && json.packageName !== '@teachablemachine/image')
    return {};
  const { labels, imageSize = 224, grayscale } = parse(teachableMachineSchema, json, file);
  const ones = grayscale ? [1] : [1, 1, 1];
  const size = { height: imageSize, width: imageSize };
  return {
    labels: labels && labels.length > 0 ? labels : null,
    keys: {
      ...{ do_resize: true, size: { shortest_edge: imageSize }, resample: 'bilinear' },
      ...{ do_center_crop: true, crop_size: size },
      ...{ do_rescale: true, rescale_factor: 1 / 127 },
      ...{ do_normalize: true, image_mean: ones, image_std: ones },
    },
  };
}

function keysOf(raw: z.infer<typeof processorSchema>): Keys {
  const { resample, crop_size, feature_extractor_type, image_processor_type, ...rest } = raw;
  const keys: Keys = defined({
    ...rest,
    resample: typeof resample === 'number' ? kernelNumbers[resample] : resample,
    crop_size: typeof crop_size === 'number' ? { height: crop_size, width: crop_size } : crop_size,
    image_processor_type: image_processor_type ?? feature_extractor_type,
  });
  delete (keys as Json).$schema;
  return keys;
}

function classNames(names: string[] | Record<string, string>, key: string, file: string): string[] {
  if (Array.isArray(names)) return names;
  const ids = Object.keys(names);
  const out = ids.map((_, id) => names[id]);
  if (out.includes(undefined as unknown as string)) {
    const wrong = ids.filter(id => !/^\d+$/.test(id) || Number(id) >= ids.length).slice(0, 3);
    throw failure('metadata.classIds', { file, key, ids: wrong.join(', '), last: ids.length - 1 });
  }
  return out;
}

function parse<T extends z.ZodObject>(schema: T, json: Json, file: string): z.infer<T> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    const keys = Object.keys(schema.shape).filter(key => !key.startsWith('$'));
    throw failure('metadata.unknownKey', { file, key: issue.keys[0], keys: keys.join(', ') });
  }
  const key = String(issue.path[0]);
  const text = JSON.stringify(json[key]);
  const value = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  throw failure('metadata.value', { file, key, value, expected: expected[key] }, result.error);
}

/** Without the keys that are undefined, so that "first found wins" may spread one over another. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
