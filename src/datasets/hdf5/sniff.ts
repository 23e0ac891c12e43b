import { open } from 'node:fs/promises';
import { EndsEarly, FilePart } from '../../arrays/bytes.js';
import type { DatasetSummary } from '../../protocol/found.js';
import { roleOf } from '../arrays/roles.js';
import type { DatasetLayout, FoundEntry } from '../dataset.js';
import { shownName } from '../names.js';
import { namesIn } from './names.js';

export const hdf5: DatasetLayout = {
  id: 'hdf5',
  name: 'HDF5',
  files:
    '`.h5`, `.hdf5` with datasets `images` and `labels` (or `x`, `y`, `train/x`, …): as NumPy arrays, also chunked and compressed; of other names, once you rank models for the file, it is asked which holds what',
  named: /\.(h5|hdf5|hdf)$/i,
  sniff,
};

/** Only files whose first level, or whose splits, have datasets that are named as samples and labels: others can be opened by naming theirs. */
async function sniff({ path, kind }: FoundEntry): Promise<DatasetSummary | null> {
  if (kind !== 'file' || !hdf5.named?.test(path)) return null;
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    const { size } = await file.stat();
    const names = await namesIn(new FilePart(file, 0, size));
    const roles = names.map(roleOf);
    const has = (role: string) => roles.some(found => found?.role === role);
    if (!has('samples') || !has('labels')) return null;
    return {
      path,
      name: shownName(path),
      layout: hdf5.id,
      content: 'image',
      classes: null,
      size: null,
      splits: {},
    };
  } catch (error) {
    if (error instanceof EndsEarly || error instanceof RangeError) return null;
    throw error;
  } finally {
    await file.close();
  }
}
