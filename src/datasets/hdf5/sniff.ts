import { open } from 'node:fs/promises';
import { type Bytes, EndsEarly, FilePart } from '../../arrays/bytes.js';
import type { DatasetSummary } from '../../protocol/found.js';
import { roleOf } from '../arrays/roles.js';
import type { DatasetLayout, FoundEntry } from '../dataset.js';
import { shownName } from '../names.js';

export const hdf5: DatasetLayout = {
  id: 'hdf5',
  name: 'HDF5',
  files:
    '`.h5`, `.hdf5` with datasets `images` and `labels` (or `x`, `y`, `train/x`, …): as NumPy arrays, also chunked and compressed',
  named: /\.(h5|hdf5|hdf)$/i,
  sniff,
};

/** Only files whose first level has datasets that are named as samples and labels: others can be opened by naming theirs. */
async function sniff({ path, kind }: FoundEntry): Promise<DatasetSummary | null> {
  if (kind !== 'file' || !hdf5.named?.test(path)) return null;
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    const { size } = await file.stat();
    const names = await rootNames(new FilePart(file, 0, size));
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

const most = 4096;

/** Names in the root group of an HDF5 file, as far as its first headers tell them; none where it is no such file. */
async function rootNames(bytes: Bytes): Promise<string[]> {
  const at = async (position: number, length: number) => {
    const part = Buffer.alloc(Math.max(0, Math.min(length, bytes.size - position)));
    await bytes.read(part, position);
    return part;
  };
  const start = await at(0, 96);
  if (start.toString('latin1', 0, 8) !== '\x89HDF\r\n\x1a\n') return [];
  const [version] = start.subarray(8);
  // Newer files have the links of the root in its header, each name among other fields.
  if (version >= 2) {
    const header = await at(Number(start.readBigUInt64LE(36)), most);
    return header.toString('latin1').match(/[\w./-]+/g) ?? [];
  }
  // Older ones have a table of them, whose names stand in a heap: the root's entry tells where.
  const root = version === 0 ? 56 : 60;
  if (start.readUInt32LE(root + 16) !== 1) return [];
  const heap = await at(Number(start.readBigUInt64LE(root + 32)), 32);
  if (heap.toString('latin1', 0, 4) !== 'HEAP') return [];
  const length = Math.min(most, Number(heap.readBigUInt64LE(8)));
  const names = await at(Number(heap.readBigUInt64LE(24)), length);
  return names.toString('utf8').split(/\0+/).filter(Boolean);
}
