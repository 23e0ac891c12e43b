import fs from 'node:fs';
import type * as H5Wasm from 'h5wasm/node';

/** The HDF5 library, compiled to WebAssembly: a bundle of its own, as it is large and seldom needed. */
export async function loadLibrary(): Promise<typeof H5Wasm> {
  const library = await import('h5wasm/node');
  const reader = (await library.ready) as Reader;
  if (!checked.has(reader)) {
    const read = reader.get_dataset_data;
    reader.get_dataset_data = (...where) => {
      // The library would go on with whatever lay in its memory.
      if (read(...where) < 0) throw new Error('its values cannot be read');
      return 0;
    };
    checked.add(reader);
  }
  return library;
}

/** The part of the library that is compiled. */
interface Reader {
  /** Negative where nothing was read. */
  get_dataset_data(...where: unknown[]): number;
}

const checked = new WeakSet<Reader>();

/**
 * Does what the library does with a file that is open, and keeps it from opening others: links, virtual datasets and values may
 * point to any file of this machine. The library does not wait for anything, so that nothing else runs meanwhile.
 * Throws what `outside` makes of the name of such a file.
 */
export function withoutOthers<T>(work: () => T, outside: (data: string) => Error): T {
  const { openSync } = fs;
  let wanted: string | null = null;
  const refuse = (path: unknown) => {
    wanted ??= String(path);
    throw Object.assign(new Error('not opened'), { code: 'ENOENT', errno: -2 });
  };
  Object.assign(fs, { openSync: refuse });
  try {
    const done = work();
    if (wanted === null) return done;
  } catch (error) {
    if (wanted === null) throw error;
  } finally {
    Object.assign(fs, { openSync });
  }
  throw outside(wanted ?? '');
}
