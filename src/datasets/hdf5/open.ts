import { access } from 'node:fs/promises';
import type { Dataset as H5Dataset, File as H5File, Group as H5Group } from 'h5wasm/node';
import {
  type ArrayFile,
  type ArrayInfo,
  type ItemType,
  type Numbers,
  rowSize,
  shapeOf,
} from '../../arrays/array.js';
import { BlockCache } from '../../arrays/blockCache.js';
import { detailOf, failure } from '../../protocol/notice.js';
import { columnsOfArrays } from '../arrays/columns.js';
import { openArrayFile } from '../arrays/openFile.js';
import type { ColumnsOf, OpenLayout } from '../dataset.js';
import { hdf5 } from './sniff.js';

/** Opens an HDF5 file as the dataset of its arrays. */
export const openDataset: OpenLayout = (path, options) =>
  withArrays(path, file => openArrayFile(file, hdf5.id, options));

export const columnsOf: ColumnsOf = (path, options) =>
  withArrays(path, async file => {
    await file.close();
    return columnsOfArrays(file.arrays, options);
  });

async function withArrays<T>(path: string, use: (file: ArrayFile) => Promise<T>): Promise<T> {
  await access(path).catch(error => {
    throw failure('dataset.sampleUnreadable', { file: path, detail: detailOf(error) }, error);
  });
  const { loadLibrary, withoutOthers } = await import('./library.js');
  const library = await loadLibrary();
  const alone: Alone = work =>
    withoutOthers(work, data => failure('dataset.hdf5Outside', { file: path, data }));
  let file: H5File;
  try {
    file = new library.File(path, 'r');
    return await use(new Hdf5Arrays(path, library, file, alone));
  } catch (error) {
    throw damaged(path, error);
  }
}

/** The library's own errors say where in its code it failed; the first line is what a user may be told. */
function damaged(path: string, error: unknown): unknown {
  if (error instanceof Error && error.name === 'TransferLensError') return error;
  const detail = detailOf(error).split('\n')[0].slice(0, 200);
  return failure('dataset.hdf5', { file: path, detail }, error);
}

type Library = typeof import('h5wasm/node');

/** Does something with the library while it opens no other file. */
type Alone = <T>(work: () => T) => T;

/** Types that the library gives as typed arrays, by its codes. */
const types: Record<string, ItemType> = {
  b: 'int8',
  B: 'uint8',
  h: 'int16',
  H: 'uint16',
  i: 'int32',
  I: 'uint32',
  q: 'int64',
  Q: 'uint64',
  f: 'float32',
  d: 'float64',
};

/** Groups inside groups are searched so deep, and so many arrays listed. */
const mostDepth = 3;
const mostArrays = 256;
/** Rows are read in blocks: those of a chunk at least, as a chunk is unpacked as a whole. */
const blockBytes = 256 << 10;
/** A chunk of more bytes is refused; rows of smaller ones are read in blocks of so many bytes at most. */
const mostChunkBytes = 256 << 20;
/** Labels are read as a whole. */
const mostTexts = 100_000_000;

/** The arrays of an HDF5 file. The library blocks its thread while it reads; a block is a few milliseconds. */
class Hdf5Arrays implements ArrayFile {
  readonly files: readonly string[];
  readonly arrays: readonly ArrayInfo[];
  private readonly datasets = new Map<string, H5Dataset>();
  private readonly blocks = new BlockCache<Numbers>(4);

  constructor(
    readonly path: string,
    private readonly library: Pick<Library, 'Dataset' | 'Group'>,
    private readonly file: H5File,
    private readonly alone: Alone,
  ) {
    this.files = [path];
    this.arrays = alone(() => {
      this.collect(file, '', 0);
      return [...this.datasets].map(([name, dataset]) => ({
        name,
        type: typeOf(dataset),
        shape: dataset.shape ?? [],
      }));
    });
  }

  async numbers(name: string, from: number, to: number): Promise<Numbers> {
    const info = this.named(name);
    const dataset = this.datasets.get(name);
    if (!dataset || info.type === 'text' || info.type === 'object')
      throw failure('arrays.objects', { file: this.path, array: name });
    const size = rowSize(info);
    const step = this.step(dataset, info);
    const first = from - (from % step);
    // A sample lies in one block, but for more rows than a block has.
    const last = Math.min(info.shape[0], Math.max(first + step, to));
    const block = await this.blocks.get(`${name} ${first} ${last}`, async () =>
      this.slice(dataset, info, first, last),
    );
    return block.subarray((from - first) * size, (to - first) * size);
  }

  async texts(name: string): Promise<string[]> {
    const info = this.named(name);
    const dataset = this.datasets.get(name);
    if (info.type === 'object' || !dataset || rowSize(info) !== 1)
      throw failure('arrays.objects', { file: this.path, array: name });
    if (info.type !== 'text') {
      const isFlag = dataset.metadata.type === 8;
      if (info.shape[0] > mostTexts)
        throw failure('arrays.tooLarge', { file: this.path, array: name, shape: shapeOf(info) });
      const values = this.slice(dataset, info, 0, info.shape[0]);
      return Array.from(values, x => (isFlag ? String(x !== 0) : String(x)));
    }
    try {
      return this.alone(() => dataset.value as string[]).map(String);
    } catch (error) {
      throw damaged(this.path, error);
    }
  }

  async close(): Promise<void> {
    this.file.close();
  }

  private named(name: string): ArrayInfo {
    const info = this.arrays.find(a => a.name === name);
    if (!info) throw new Error(`${this.path} has no array ${name}`);
    return info;
  }

  /** Rows that are read at once. */
  private step({ metadata }: H5Dataset, info: ArrayInfo): number {
    const row = Math.max(1, rowSize(info) * metadata.size);
    const chunk = metadata.chunks?.reduce((a, b) => a * b, metadata.size) ?? 0;
    if (chunk > mostChunkBytes) {
      const params = { file: this.path, array: info.name, size: Math.round(chunk / 1e6) };
      throw failure('dataset.hdf5Chunk', params);
    }
    const whole = Math.max(
      1,
      Math.min(metadata.chunks?.[0] ?? 1, Math.floor(mostChunkBytes / row)),
    );
    return whole * Math.max(1, Math.floor(blockBytes / (row * whole)));
  }

  private collect(group: H5Group, before: string, depth: number): void {
    for (const key of group.keys()) {
      if (this.datasets.size >= mostArrays) return;
      const entity = group.get(key);
      if (entity instanceof this.library.Dataset) this.datasets.set(before + key, entity);
      else if (entity instanceof this.library.Group && depth < mostDepth)
        this.collect(entity, `${before + key}/`, depth + 1);
    }
  }

  private slice(dataset: H5Dataset, info: ArrayInfo, from: number, to: number): Numbers {
    let values: unknown;
    try {
      values = this.alone(() =>
        dataset.slice([[from, to], ...info.shape.slice(1).map((): [] => [])]),
      );
    } catch (error) {
      throw damaged(this.path, error);
    }
    if (values instanceof BigInt64Array || values instanceof BigUint64Array)
      return Float64Array.from(values as ArrayLike<bigint>, Number);
    if (
      ArrayBuffer.isView(values) &&
      'length' in values &&
      values.length === (to - from) * rowSize(info)
    )
      return values as Numbers;
    const params = { file: this.path, array: info.name, shape: shapeOf(info) };
    throw failure('arrays.truncated', params);
  }
}

function typeOf({ dtype, metadata }: H5Dataset): ItemType {
  // Booleans are an enumeration of two numbers.
  if (metadata.type === 8) return 'bool';
  if (metadata.type === 3) return 'text';
  const code = typeof dtype === 'string' ? dtype.replace(/^[<>|=]/, '') : '';
  return Object.hasOwn(types, code) ? types[code] : 'object';
}
