import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/referenceData.js';
import { put } from '../../support/scratch.js';

/** What can be wrong with a file: the columns of the matrix. */
export const damages = [
  'truncated',
  'wrong magic',
  'wrong type',
  'wrong shape',
  'absurd sizes',
  'path elsewhere',
  'bomb',
  '10 GB claimed',
] as const;

/** One damaged input, and what has to be said of it. */
export interface Bad {
  what: string;
  /** Writes it into a folder of its own; gives the path that is scored. The folder above is its own, too: what must not be touched lies there. */
  make(folder: string): string | Promise<string>;
  /** Code of the message, or `harmless` where nothing is wrong and nothing elsewhere may be touched. */
  said: RegExp | 'harmless';
}

/** A cell: damaged inputs, or why there can be none. */
export type Cell = string | readonly Bad[];
export type Row = Readonly<Record<(typeof damages)[number], Cell>>;

export function bad(what: string, said: Bad['said'], make: Bad['make']): Bad {
  return { what, said, make };
}

export const fixture = (...path: string[]) => join(root, 'test', 'fixtures', ...path);

/** The fixture's bytes, changed, under its own name or another. */
export function changed(
  file: string,
  change: (bytes: Buffer) => string | Uint8Array,
  name = file.split('/').at(-1) ?? '',
): Bad['make'] {
  return folder => put(join(folder, name), change(readFileSync(fixture(file))));
}

/** A copy of a fixture's folder with one file of it changed; gives the path of `scored` in it, or of the folder. */
export function changedIn(
  from: string,
  file: string,
  change: (bytes: Buffer) => string | Uint8Array,
  scored = file,
): Bad['make'] {
  return folder => {
    cpSync(fixture(from), folder, { recursive: true });
    writeFileSync(join(folder, file), change(readFileSync(join(folder, file))));
    return join(folder, scored);
  };
}

/** A damaged file as it lies in the fixtures. */
export const asItIs = (file: string) => changed(file, bytes => bytes);

/** Makes a file ten gigabytes long, of which only its beginning is on disk. */
export function tenGigabytes(make: Bad['make']): Bad['make'] {
  return async folder => {
    const path = await make(folder);
    truncateSync(path, 10e9);
    return path;
  };
}

export const half = (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1);
/** Begins as an image does. */
export const asGif = (bytes: Buffer) => Buffer.concat([Buffer.from('GIF89a'), bytes.subarray(6)]);
export const same = (bytes: Buffer) => bytes;

/** Changes every occurrence of some text or bytes, which have to be there. */
export function replaced(from: string, to: string): (bytes: Buffer) => Buffer {
  return bytes => {
    const text = bytes.toString('latin1');
    if (!text.includes(from)) throw new Error(`the fixture has no ${JSON.stringify(from)}`);
    return Buffer.from(text.replaceAll(from, to), 'latin1');
  };
}

/** Writes a number over the bytes at a position. */
export function patched(at: number, ...bytes: number[]): (whole: Buffer) => Buffer {
  return whole => {
    const copy = Buffer.from(whole);
    copy.set(bytes, at < 0 ? copy.length + at : at);
    return copy;
  };
}

/** A safetensors file by its header alone: nothing follows. */
export function safetensors(header: object, length?: bigint): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([size, text]);
}

export const noPacking = 'nothing in it is packed';
export const noSizes = 'it states no sizes: what it holds is its length';

/** A file that is made for the test alone. */
export const written =
  (name: string, bytes: () => string | Uint8Array): Bad['make'] =>
  folder =>
    put(join(folder, name), bytes());
