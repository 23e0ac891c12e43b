import { failure } from '../protocol/notice.js';
import { type ArrayFile, type ArrayInfo, type Numbers, rowSize, shapeOf } from './array.js';
import { BlockCache } from './blockCache.js';
import { BadlyPacked, type Bytes, EndsEarly } from './bytes.js';
import { type ItemLayout, numbersOf, printed, textsOf } from './items.js';
import { ReadAhead } from './readAhead.js';
import { NotZip } from './zip.js';

/** An array whose items lie one after the other in some bytes. */
export interface StoredArray extends ArrayInfo {
  items: ItemLayout;
  /** The first axis varies fastest. */
  fortran: boolean;
  /** Where its items begin in its bytes. */
  start: number;
  /** Its bytes: asked for when they are first read, as unpacking takes time. */
  open(): Promise<Bytes>;
}

/** Rows of an array in Fortran order are gathered in blocks of so many bytes: each takes a read for every column. */
const blockBytes = 4 << 20;
/** An array of texts or labels is held as a whole; more than this is no such array. */
const mostTextBytes = 1 << 30;

/** Arrays stored as plain items: in NumPy's files, in an archive of them, in safetensors. */
export class StoredArrays implements ArrayFile {
  readonly arrays: readonly ArrayInfo[];
  private readonly opened = new Map<StoredArray, Promise<ReadAhead>>();
  private readonly ready = new Map<StoredArray, ReadAhead>();
  private readonly blocks = new BlockCache<Uint8Array>();

  constructor(
    readonly path: string,
    readonly files: readonly string[],
    private readonly stored: readonly StoredArray[],
    private readonly onClose: () => Promise<void>,
  ) {
    this.arrays = stored.map(({ name, type, shape }) => ({ name, type, shape }));
  }

  async numbers(name: string, from: number, to: number): Promise<Numbers> {
    const array = this.named(name);
    if (array.type === 'object' || array.type === 'text') throw this.noNumbers(array);
    return numbersOf(await this.rows(array, from, to), array.items);
  }

  async texts(name: string): Promise<string[]> {
    const array = this.named(name);
    const [rows = 1] = array.shape;
    if (array.type === 'object') throw this.noNumbers(array);
    if (rows * rowSize(array) * array.items.bytes > mostTextBytes) throw this.tooLarge(array);
    const bytes = await this.rows(array, 0, rows);
    if (array.type === 'text')
      return array.items.bytes === 0 ? new Array(rows).fill('') : textsOf(bytes, array.items);
    return Array.from(numbersOf(bytes, array.items), x => printed(x, array.type));
  }

  async close(): Promise<void> {
    for (const bytes of this.opened.values())
      await bytes.then(
        b => b.close(),
        () => undefined,
      );
    await this.onClose();
  }

  private named(name: string): StoredArray {
    const array = this.stored.find(a => a.name === name);
    if (!array) throw new Error(`${this.path} has no array ${name}`);
    return array;
  }

  private noNumbers(array: ArrayInfo): Error {
    return failure('arrays.objects', { file: this.path, array: array.name });
  }

  private tooLarge(array: ArrayInfo): Error {
    const params = { file: this.path, array: array.name, shape: shapeOf(array) };
    return failure('arrays.tooLarge', params);
  }

  private bytesOf(array: StoredArray): Promise<ReadAhead> {
    let bytes = this.opened.get(array);
    if (!bytes) {
      bytes = array.open().then(found => {
        const ahead = new ReadAhead(found);
        this.ready.set(array, ahead);
        return ahead;
      });
      bytes.catch(() => undefined);
      this.opened.set(array, bytes);
    }
    return bytes;
  }

  private async rows(array: StoredArray, from: number, to: number): Promise<Uint8Array> {
    const size = rowSize(array) * array.items.bytes;
    const params = { file: this.path, array: array.name, shape: shapeOf(array) };
    try {
      // Rows are asked for by the thousand: what is there already is not waited for.
      const bytes = this.ready.get(array) ?? (await this.bytesOf(array));
      // Before any memory is asked for: a damaged header may claim anything.
      const [all = 1] = array.shape;
      if (array.start + all * size > bytes.size || to > all) throw new EndsEarly();
      if (array.fortran) return await this.gathered(array, bytes, from, to);
      const target = new Uint8Array((to - from) * size);
      await bytes.read(target, array.start + from * size);
      return target;
    } catch (error) {
      if (error instanceof EndsEarly) throw failure('arrays.truncated', params, error);
      if (error instanceof BadlyPacked || error instanceof NotZip)
        throw failure('arrays.damaged', { file: this.path }, error);
      throw error;
    }
  }

  /** Rows of an array in Fortran order. */
  private async gathered(
    array: StoredArray,
    bytes: Bytes,
    from: number,
    to: number,
  ): Promise<Uint8Array> {
    const size = rowSize(array) * array.items.bytes;
    const step = Math.max(1, Math.floor(blockBytes / Math.max(1, size)));
    const target = new Uint8Array((to - from) * size);
    for (let row = from; row < to; ) {
      const first = row - (row % step);
      const last = Math.min(array.shape[0], first + step);
      const block = await this.blocks.get(`${array.name} ${first}`, () =>
        transposed(array, bytes, first, last),
      );
      const end = Math.min(to, last);
      target.set(block.subarray((row - first) * size, (end - first) * size), (row - from) * size);
      row = end;
    }
    return target;
  }
}

/** Rows of an array in Fortran order, in C order. */
async function transposed(
  { shape, items: { bytes: item }, start }: StoredArray,
  bytes: Bytes,
  from: number,
  to: number,
): Promise<Uint8Array> {
  const [rows, ...rest] = shape;
  const columns = rest.reduce((a, b) => a * b, 1);
  const n = to - from;
  const target = new Uint8Array(n * columns * item);
  const one = new Uint8Array(n * item);
  for (let column = 0; column < columns; column++) {
    await bytes.read(one, start + (column * rows + from) * item);
    // In the file the second axis varies faster than the third; in a row of C order it is the other way round.
    let left = column;
    let place = 0;
    let stride = columns;
    for (const dim of rest) {
      stride /= dim;
      place += (left % dim) * stride;
      left = Math.floor(left / dim);
    }
    for (let k = 0; k < n; k++)
      target.set(one.subarray(k * item, (k + 1) * item), (k * columns + place) * item);
  }
  return target;
}
