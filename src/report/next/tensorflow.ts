import type { ImagePreprocessing } from '../../protocol/preprocessing.js';
import type { NextFacts } from './facts.js';
import { pythonSamples } from './samples.js';
import { outputsOf } from './script.js';

export const settings = 'EPOCHS, BATCH = 5, 32';

/** \prepared: from an opened image to the model's tensor, as it was when it was scored. */
export function preparedOf(plan: ImagePreprocessing): string {
  const { resize, crop, rescale, mean, std, channels } = plan;
  const mode = { 1: 'L', 3: 'RGB', 4: 'RGBA' }[channels];
  const kernel = `Image.Resampling.${plan.resample.toUpperCase()}`;
  const steps = [`image = image.convert("${mode}")`];
  if (resize.mode === 'exact')
    steps.push(`image = image.resize((${resize.width}, ${resize.height}), ${kernel})`);
  if (resize.mode === 'shortestEdge')
    steps.push(
      'shorter = min(image.size)',
      `image = image.resize([int(${resize.size} * side / shorter) for side in image.size], ${kernel})`,
    );
  const half = (rest: string) =>
    crop?.rounding === 'floor' ? `(${rest}) // 2` : `round((${rest}) / 2)`;
  if (crop)
    steps.push(
      `left, top = ${half(`image.width - ${crop.width}`)}, ${half(`image.height - ${crop.height}`)}`,
      `image = image.crop((left, top, left + ${crop.width}, top + ${crop.height}))`,
    );
  steps.push(
    `x = np.asarray(image, np.float32).reshape(image.height, image.width, ${channels})${factor(rescale)}`,
  );
  if (plan.channelOrder === 'BGR' && channels > 1)
    steps.push(`x = x[:, :, [2, 1, 0${channels === 4 ? ', 3' : ''}]]`);
  if (mean && std)
    steps.push(`x = (x - np.float32([${mean.join(', ')}])) / np.float32([${std.join(', ')}])`);
  steps.push(plan.layout === 'NCHW' ? 'return x.transpose(2, 0, 1)' : 'return x');
  return `# Images as the model was trained on them, and scored.
def prepared(image):
${steps.map(step => `    ${step}`).join('\n')}`;
}

function factor(rescale: number): string {
  if (rescale === 1) return '';
  return Math.abs(rescale * 255 - 1) < 1e-9 ? ' / 255' : ` * ${rescale}`;
}

/** \train and \test: batches of images with their labels, a fifth held out. */
export function batchesOf(facts: NextFacts): string {
  const { dataset } = facts;
  return `${pythonSamples(facts).text}


random.Random(0).shuffle(samples)


class Batches(keras.utils.PyDataset):
    def __init__(self, samples):
        super().__init__()
        self.samples = samples

    def __len__(self):
        return math.ceil(len(self.samples) / BATCH)

    def __getitem__(self, i):
        part = self.samples[i * BATCH : (i + 1) * BATCH]
        return np.stack([prepared(opened(where)) for where, _ in part]), np.array([label for _, label in part])

    def on_epoch_end(self):
        random.shuffle(self.samples)


held_out = max(1, len(samples) // 5)
train, test = Batches(samples[held_out:]), Batches(samples[:held_out])
outputs = ${dataset.targets ? outputsOf(facts) : dataset.layout === 'imageFolder' ? 'len(classes)' : outputsOf(facts)}`;
}

/** Trains \`model\` on \train by what its last layer, which has no activation, gives. */
export function trainingOf({ intent, dataset }: NextFacts): string {
  const rate = intent === 'fineTune' ? '1e-4' : '1e-3';
  const quality = dataset.targets
    ? 'loss="mse"'
    : 'loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]';
  return `model.compile(keras.optimizers.AdamW(${rate}, weight_decay=0.01), ${quality})
model.fit(train, validation_data=test, epochs=EPOCHS, verbose=2)`;
}
