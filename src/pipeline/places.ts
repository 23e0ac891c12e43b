import { basename } from 'node:path';
import type { Dataset } from '../datasets/dataset.js';
import { openDataset } from '../datasets/open.js';
import { viewable } from '../preprocess/index.js';
import type { SampleContent } from '../protocol/content.js';
import { failure } from '../protocol/notice.js';
import type { SampleAddress, SampleCopy, SamplePlace } from '../protocol/place.js';

/** What a sample is called where its file is not shown beside it. */
export function sampleTitle(dataset: Dataset, row: number): string {
  const name = dataset.sampleName(row);
  const file = basename(dataset.sampleFile(row));
  if (name.includes(file)) return name;
  return name.startsWith('#') ? `${file}${name}` : `${file} ${name}`;
}

/** Where a sample is. @param content null where it cannot be read */
export function placeOf(dataset: Dataset, row: number, content: SampleContent | null): SamplePlace {
  const file = dataset.sampleFile(row);
  if (content?.kind === 'encodedImage' && content.file === file) return { kind: 'file', file };
  const bytes = dataset.sampleBytes?.(row);
  if (bytes) return { kind: 'lines', file, bytes };
  const seen = content && content.kind !== 'numbers' && content.kind !== 'row';
  return seen ? { kind: 'copy', file, row } : { kind: 'row', file };
}

/**
 * A sample from inside a file, as a file of its own.
 * @throws TransferLensError where it cannot be read any more
 */
export async function sampleCopy({
  dataset: path,
  options,
  row,
}: SampleAddress): Promise<SampleCopy> {
  const dataset = await openDataset(path, options);
  try {
    if (row >= dataset.size) throw failure('sample.changed', { file: path });
    const content = await dataset.read(row);
    return { name: sampleTitle(dataset, row), ...(await viewable(content)) };
  } finally {
    await dataset.close?.();
  }
}
