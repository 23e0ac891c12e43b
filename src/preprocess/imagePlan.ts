import { basename } from 'node:path';
import type { ImageInput } from '../protocol/modelInput.js';
import { failure, type Notice, notice } from '../protocol/notice.js';
import type {
  ImagePreprocessing,
  PreprocessingReport,
  Resample,
  Sourced,
} from '../protocol/preprocessing.js';
import { merge, type Pick, type Stated } from './merge.js';
import { type ModelMetadata, sidecarName } from './metadata.js';
import { decideSizing, type Names } from './sizing.js';

/** What decides preprocessing of what a graph says of its image input. */
export type ImageShape = Omit<ImageInput, 'kind' | 'name' | 'batch' | 'type'> & {
  type?: ImageInput['type'];
};

const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/**
 * Decides how images become a model's input, key by key: what the files beside it say, what its graph says, the usual way.
 * The report tells for each key where it came from.
 * @throws TransferLensError that names file, key and cure, where metadata and graph contradict each other
 */
export function planImages(
  metadata: ModelMetadata,
  input: ImageShape,
): { plan: ImagePreprocessing; report: PreprocessingReport; notices: Notice[] } {
  const file = metadata.model;
  const names = { model: basename(file), sidecar: sidecarName(file) };
  const { pick, processor } = merge(metadata.sources);
  const notices: Notice[] = [];
  if (metadata.sources.length === 0)
    notices.push(notice('preprocess.assumed', { file, sidecar: names.sidecar }));
  const type = pick('image_processor_type');
  if (type && !processor)
    notices.push(
      notice('preprocess.unknownProcessor', {
        file: type.file,
        type: type.value,
        sidecar: names.sidecar,
      }),
    );

  const channels = channelsOf(pick, input, file, names);
  const size = decideSizing(pick, processor, input, names);
  if (size.height.from === 'default' || size.width.from === 'default')
    notices.push(
      notice('preprocess.assumedSize', {
        file,
        height: size.height.value,
        width: size.width.value,
        sidecar: names.sidecar,
      }),
    );
  const whole = input.type === 'uint8';
  const rescale = rescaleOf(pick, whole);
  const { mean, std } = normalisationOf(pick, channels.value, rescale.value, whole, names);
  if (whole) refuseFractions(rescale, mean, metadata, names);
  const flip = pick('do_flip_channel_order');
  const resample: Sourced<Resample> = pick('resample') ?? { value: 'bilinear', from: 'default' };

  const channelOrder = {
    value: flip?.value ? ('BGR' as const) : ('RGB' as const),
    from: flip?.from ?? 'default',
  };
  const report = {
    channels,
    ...size,
    resample,
    rescale,
    mean,
    std,
    // One channel has no order: nothing is assumed of it.
    ...(channels.value === 1 ? {} : { channelOrder }),
    layout: { value: input.layout, from: metadata.overrides.layout ? 'sidecar' : 'graph' },
  };
  const plan: ImagePreprocessing = {
    kind: 'image',
    channels: channels.value,
    height: size.height.value,
    width: size.width.value,
    resize: size.resize.value,
    resample: resample.value,
    crop: size.crop.value,
    rescale: rescale.value,
    mean: mean.value,
    std: std.value,
    channelOrder: channelOrder.value,
    layout: input.layout,
  };
  const bare = Object.entries(report).map(([key, { value, from }]) => [key, { value, from }]);
  return { plan, report: Object.fromEntries(bare), notices };
}

function channelsOf(
  pick: Pick,
  { channels }: ImageShape,
  file: string,
  { sidecar }: Names,
): Sourced<ImagePreprocessing['channels']> {
  const mean = pick('image_mean');
  const fromMean = Array.isArray(mean?.value) ? mean.value.length : null;
  const value = channels ?? fromMean ?? 3;
  if (value !== 1 && value !== 3 && value !== 4)
    throw failure('preprocess.channels', { file, channels: value, sidecar });
  const from = channels !== null ? 'graph' : fromMean !== null && mean ? mean.from : 'default';
  return { value, from };
}

function rescaleOf(pick: Pick, whole: boolean): Sourced<number> {
  const does = pick('do_rescale');
  if (does && !does.value) return { value: 1, from: does.from };
  if (!does && whole) return { value: 1, from: 'graph' };
  const factor = pick('rescale_factor');
  return { value: factor?.value ?? 1 / 255, from: factor?.from ?? does?.from ?? 'default' };
}

type PerChannel = Sourced<number[] | null>;

function normalisationOf(
  pick: Pick,
  channels: number,
  rescale: number,
  whole: boolean,
  names: Names,
): { mean: PerChannel; std: PerChannel } {
  const does = pick('do_normalize');
  const none = (from: string) => ({ mean: { value: null, from }, std: { value: null, from } });
  let mean: PerChannel;
  let std: PerChannel;
  if (does?.value) {
    const [m, s] = [pick('image_mean'), pick('image_std')];
    if ((!m || !s) && (m || s || channels !== 3)) {
      const key = m ? 'image_std' : 'image_mean';
      throw failure('preprocess.meanAndStd', { file: does.file, key, ...names });
    }
    mean = m
      ? perChannel(m, 'image_mean', channels, names)
      : { value: imagenet.mean, from: 'default' };
    std = s
      ? perChannel(s, 'image_std', channels, names)
      : { value: imagenet.std, from: 'default' };
  } else if (does) ({ mean, std } = none(does.from));
  else if (whole) ({ mean, std } = none('graph'));
  else if (channels !== 3) ({ mean, std } = none('default'));
  else {
    mean = { value: imagenet.mean, from: 'default' };
    std = { value: imagenet.std, from: 'default' };
  }

  // EfficientNet's two extra steps, written as what they do to mean and standard deviation.
  const offset = pick('rescale_offset');
  if (offset?.value) {
    const before = mean.value ?? new Array<number>(channels).fill(0);
    mean = { value: before.map(m => m + 127.5 * rescale), from: offset.from };
    std = std.value ? std : { value: new Array<number>(channels).fill(1), from: offset.from };
  }
  const top = pick('include_top');
  const divisor = pick('image_std');
  if (top?.value && divisor) {
    const again = perChannel(divisor, 'image_std', channels, names).value;
    mean = mean.value ? mean : { value: again.map(() => 0), from: top.from };
    const once = std.value ?? again.map(() => 1);
    std = { value: once.map((s, c) => s * again[c]), from: std.value ? std.from : top.from };
  }
  return { mean, std };
}

function perChannel(
  { value, from, file }: Stated<number | number[]>,
  key: string,
  channels: number,
  names: Names,
): Sourced<number[]> {
  if (!Array.isArray(value)) return { value: new Array<number>(channels).fill(value), from };
  if (value.length !== channels)
    throw failure('preprocess.channelCount', {
      file,
      key,
      given: value.length,
      channels,
      ...names,
    });
  return { value, from };
}

function refuseFractions(
  rescale: Sourced<number>,
  mean: PerChannel,
  { sources, model }: ModelMetadata,
  names: Names,
): void {
  if (rescale.value === 1 && mean.value === null) return;
  const [key, from] =
    rescale.value === 1 ? ['do_normalize', mean.from] : ['do_rescale', rescale.from];
  const file = sources.find(source => source.from === from)?.file ?? model;
  throw failure('preprocess.integerInput', { file, key, ...names });
}
