import { open } from 'node:fs/promises';
import type { SampleContent } from '../protocol/content.js';
import { detailOf, failure, TransferLensError } from '../protocol/notice.js';

/** A file of more bytes is no single image. */
const mostBytes = 256 << 20;

/** Reads an image of a file of its own as it is stored. Throws a TransferLensError that names the file. */
export async function readImageFile(file: string): Promise<SampleContent> {
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      if (size > mostBytes)
        throw failure('image.fileTooLarge', { file, size: Math.round(size / 1e6) });
      return { kind: 'encodedImage', bytes: await handle.readFile(), file };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof TransferLensError) throw error;
    throw failure('dataset.sampleUnreadable', { file, detail: detailOf(error) }, error);
  }
}
