import { failure } from '../protocol/notice.js';

export type Sharp = typeof import('sharp').default;

let loading: Promise<Sharp> | null = null;

/**
 * Loads the library that decodes images when it is first needed: in a build for another platform it cannot be, and the
 * process has to be there to say so.
 * @param file names the image in the error `runtime.imagesMissing`
 */
export async function loadSharp(file: string): Promise<Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    // Parallelism is the caller's, over images; a cache of decoded files would only cost memory.
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  try {
    return await loading;
  } catch (error) {
    const [detail] = (error instanceof Error ? error.message : String(error)).trim().split('\n');
    throw failure('runtime.imagesMissing', { file, detail }, error);
  }
}
