import type { Resample } from '../protocol/preprocessing.js';
import type { Keys } from './keys.js';

/** What a class of image processors of transformers does where its configuration leaves a key out. */
export interface Processor {
  /** Whether a `size` that is a single number is a square; otherwise it is the shorter side. */
  square: boolean;
  /** How `size` and `crop_pct` together decide resize and crop, where that is not "resize to size, crop to crop_size". */
  sizing?: 'convnext' | 'levit' | 'poolformer';
  defaults: Keys;
}

const imagenet = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };
const half = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
const clip = {
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
};

const side = (size: number) => ({ height: size, width: size });

function processor(
  square: boolean,
  size: number,
  resample: Resample,
  more: Keys & { crop?: number; sizing?: Processor['sizing'] },
): Processor {
  const { crop, sizing, ...keys } = more;
  return {
    square,
    sizing,
    defaults: {
      do_resize: true,
      size: square ? side(size) : { shortest_edge: size },
      resample,
      do_center_crop: crop !== undefined,
      ...(crop === undefined ? {} : { crop_size: side(crop) }),
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      ...keys,
    },
  };
}

/** By the class's name without `ImageProcessor`, `ImageProcessorFast` or `FeatureExtractor`; as of transformers 5. */
const processors: Record<string, Processor> = {
  ViT: processor(true, 224, 'bilinear', half),
  DeiT: processor(true, 256, 'bicubic', { ...half, crop: 224 }),
  Beit: processor(true, 224, 'bicubic', { ...half, crop_size: side(224) }),
  Siglip: processor(true, 224, 'bicubic', half),
  DINOv3ViT: processor(true, 224, 'bilinear', imagenet),
  Pvt: processor(true, 224, 'bicubic', imagenet),
  Segformer: processor(true, 512, 'bilinear', imagenet),
  EfficientFormer: processor(true, 224, 'bicubic', { ...imagenet, crop: 224 }),
  EfficientNet: processor(true, 346, 'nearest', { ...half, include_top: true }),
  CLIP: processor(false, 224, 'bicubic', { ...clip, crop: 224 }),
  Bit: processor(false, 224, 'bicubic', { ...clip, crop: 224 }),
  MobileNetV1: processor(false, 256, 'bilinear', { ...half, crop: 224 }),
  MobileNetV2: processor(false, 256, 'bilinear', { ...half, crop: 224 }),
  MobileViT: processor(false, 224, 'bicubic', {
    crop: 256,
    do_normalize: false,
    do_flip_channel_order: true,
  }),
  Levit: processor(false, 224, 'bicubic', { ...imagenet, crop: 224, sizing: 'levit' }),
  PoolFormer: processor(false, 224, 'bicubic', {
    ...imagenet,
    crop: 224,
    crop_pct: 0.9,
    sizing: 'poolformer',
  }),
  ConvNext: processor(false, 384, 'bicubic', { ...half, crop_pct: 224 / 256, sizing: 'convnext' }),
};

/** The class of image processors by the name that a configuration gives; null for one that is not known. */
export function processorOf(type: string): Processor | null {
  const name = type.replace(/(ImageProcessor(Fast|Pil)?|FeatureExtractor)$/, '');
  return Object.hasOwn(processors, name) ? processors[name] : null;
}
