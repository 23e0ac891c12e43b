import { openDataset } from '../src/datasets/open.js';
import { batchOf } from '../src/preprocess/index.js';
import type { SampleContent } from '../src/protocol/content.js';
import type { ImagePreprocessing, Preprocessing } from '../src/protocol/preprocessing.js';

/** Samples that become tensors together. */
const rows = 128;

/** The usual preprocessing of images that are of a model's size already. */
export function imageNet(side: number): ImagePreprocessing {
  return {
    kind: 'image',
    channels: 3,
    height: side,
    width: side,
    resize: { mode: 'none' },
    resample: 'bilinear',
    crop: null,
    rescale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    channelOrder: 'RGB',
    layout: 'NCHW',
  };
}

/** Takes samples one after the other and makes tensors of them by a plan: the same work behind our readers and behind bare ones. */
export class Preparing {
  private readonly added: Promise<unknown>[] = [];
  private batch: ReturnType<typeof batchOf>;
  private count = 0;

  constructor(private readonly plan: Preprocessing) {
    this.batch = batchOf(plan, rows);
  }

  /** To be waited for where it gives back a promise: then a batch is full. */
  take(content: SampleContent): Promise<void> | undefined {
    this.added.push(this.batch.add(content, this.added.length));
    return this.added.length === rows ? this.flush() : undefined;
  }

  /** Makes tensors of the last ones. Throws where not all samples came. */
  async done(samples: number): Promise<void> {
    if (this.added.length > 0) await this.flush();
    if (this.count !== samples) throw new Error(`${this.count} of ${samples} samples`);
  }

  private async flush(): Promise<void> {
    await Promise.all(this.added);
    this.count += this.added.length;
    this.batch.tensors([...this.added.keys()]);
    this.added.length = 0;
    this.batch = batchOf(this.plan, rows);
  }
}

/** Opens a dataset, reads all samples as a run does, and makes tensors of them. */
export async function prepared(path: string, samples: number, plan: Preprocessing): Promise<void> {
  const dataset = await openDataset(path);
  const preparing = new Preparing(plan);
  for (let i = 0; i < dataset.size; i += 8) {
    const length = Math.min(8, dataset.size - i);
    const contents = await Promise.all(Array.from({ length }, (_, k) => dataset.read(i + k)));
    for (const content of contents) await preparing.take(content);
  }
  await preparing.done(samples);
  await dataset.close?.();
}
