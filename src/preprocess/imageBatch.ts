import type { EncodedImage, PixelImage } from '../protocol/content.js';
import type { Notice } from '../protocol/notice.js';
import type { ImagePreprocessing } from '../protocol/preprocessing.js';
import type { Batch } from './batch.js';
import { imageToTensor } from './tensor.js';

/** A batch of images: one float32 tensor in the plan's layout. */
export class ImageBatch implements Batch<EncodedImage | PixelImage> {
  private readonly data: Float32Array;
  private readonly pixels: number;

  constructor(
    private readonly plan: ImagePreprocessing,
    rows: number,
  ) {
    this.pixels = plan.channels * plan.height * plan.width;
    this.data = new Float32Array(rows * this.pixels);
  }

  add(content: EncodedImage | PixelImage, k: number): Promise<Notice | null> {
    return imageToTensor(content, this.plan, this.data, k * this.pixels);
  }

  tensors(kept: readonly number[]) {
    const { data, pixels, plan } = this;
    for (const [to, k] of kept.entries())
      if (to < k) data.copyWithin(to * pixels, k * pixels, (k + 1) * pixels);
    const n = kept.length;
    const { channels, height, width, layout } = plan;
    const shape = layout === 'NCHW' ? [n, channels, height, width] : [n, height, width, channels];
    return [{ data: data.subarray(0, n * pixels), shape }];
  }
}
