import type { ArrayInfo } from '../../arrays/array.js';
import type { DatasetSummary, Split } from '../../protocol/found.js';
import { shownName } from '../names.js';

/** What discovery says of a dataset whose samples are the rows of arrays. */
export function summaryOf(
  path: string,
  layout: string,
  parts: readonly { split: Split | null; samples: Pick<ArrayInfo, 'shape'> }[],
): DatasetSummary {
  const splits: DatasetSummary['splits'] = {};
  for (const { split, samples } of parts) if (split) splits[split] = samples.shape[0];
  return {
    path,
    name: shownName(path),
    layout,
    content: parts[0].samples.shape.length === 2 ? 'numbers' : 'image',
    classes: null,
    size: parts.reduce((sum, { samples }) => sum + samples.shape[0], 0),
    splits,
  };
}
