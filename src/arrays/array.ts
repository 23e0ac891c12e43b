/** Type of an array's values, by NumPy's names. `object` stands for what cannot be read: pickled objects, records, dates. */
export type ItemType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64'
  | 'text'
  | 'object';

/** One array of a file, before anything of it is read. */
export interface ArrayInfo {
  name: string;
  type: ItemType;
  shape: readonly number[];
}

/** Numbers as they are read: 64-bit integers come as float64 (exact up to 2^53), 16-bit floats as float32, booleans as 0 and 1. */
export type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** A file of arrays, opened: what is in it is known, its values are read row by row and never held. */
export interface ArrayFile {
  path: string;
  /** All files that it is made of. */
  files: readonly string[];
  arrays: readonly ArrayInfo[];
  /**
   * Rows `from` to `to` - 1 of an array of numbers, row-major. Several reads at once are fine.
   * @throws TransferLensError that names the file and the array, where its bytes are not there or are no numbers
   */
  numbers(name: string, from: number, to: number): Promise<Numbers>;
  /** All values of an array of one dimension as they would be printed: labels, ids, names. */
  texts(name: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Values of one row. */
export function rowSize({ shape }: ArrayInfo): number {
  return shape.slice(1).reduce((a, b) => a * b, 1);
}

/** A shape as messages show it: `[1797, 8, 8]`. */
export function shapeOf({ shape }: ArrayInfo): string {
  return `[${shape.join(', ')}]`;
}

export function isFloat({ type }: ArrayInfo): boolean {
  return type.startsWith('float') || type === 'bfloat16';
}

export function isInteger({ type }: ArrayInfo): boolean {
  return /^u?int|^bool$/.test(type);
}
