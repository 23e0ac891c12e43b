import { type FileHandle, open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { detailOf, failure } from '../protocol/notice.js';
import type { ArrayFile } from './array.js';
import { BadlyPacked, EndsEarly } from './bytes.js';
import { idxArray } from './idx.js';
import { npyGroup } from './npyGroup.js';
import { npyArray, npzArrays } from './npz.js';
import { ColumnArrays, type GroupedColumns } from './rowGroups.js';
import { safetensorsArrays } from './safetensors.js';
import { type StoredArray, StoredArrays } from './stored.js';

/**
 * Opens a file of arrays: what is in it is known then, nothing of it is held.
 * @param parts of a set of NumPy files: each by the name of its array
 * @throws TransferLensError that names the file and the cure
 */
export async function openArrays(
  path: string,
  parts?: ReadonlyMap<string, string>,
): Promise<ArrayFile> {
  const handles: FileHandle[] = [];
  const opened = async (file: string) => {
    const handle = await open(file).catch(error => {
      const gone = error.code === 'ENOENT';
      throw gone
        ? failure('model.notFound', { file }, error)
        : failure('model.unreadable', { file, detail: detailOf(error) }, error);
    });
    handles.push(handle);
    return handle;
  };
  const close = async () => {
    for (const handle of handles) await handle.close();
  };
  try {
    const files = [...(parts?.values() ?? [path])];
    const arrays: StoredArray[] = [];
    switch (extname(path).toLowerCase()) {
      case '.npz':
        arrays.push(...(await npzArrays(path, await opened(path))));
        break;
      case '.safetensors':
        arrays.push(...((await safetensorsArrays(path, await opened(path))) ?? []));
        break;
      case '.npy':
        for (const [name, file] of parts ?? [[basename(path, extname(path)), path]]) {
          const array = await npyArray(await opened(file), name);
          if (!array) throw failure('arrays.damaged', { file });
          arrays.push(array);
        }
        break;
      case '.parquet':
        return await columns(path, (await import('./parquet.js')).parquetColumns, opened, close);
      case '.arrow':
      case '.feather':
      case '.ipc':
        return await columns(path, (await import('./arrow.js')).arrowColumns, opened, close);
      default: {
        const array = /[-.]idx\d-ubyte(\.gz)?$/i.test(path)
          ? await idxArray(path, await opened(path))
          : null;
        if (!array) throw failure('arrays.damaged', { file: path });
        arrays.push(array);
      }
    }
    return new StoredArrays(path, files, arrays, close);
  } catch (error) {
    await close();
    if (error instanceof EndsEarly || error instanceof BadlyPacked)
      throw failure('arrays.damaged', { file: path }, error);
    throw error;
  }
}

async function columns(
  path: string,
  read: (file: FileHandle) => Promise<GroupedColumns>,
  opened: (path: string) => Promise<FileHandle>,
  close: () => Promise<void>,
): Promise<ArrayFile> {
  const file = await opened(path);
  try {
    const found = await read(file);
    return new ColumnArrays(path, {
      ...found,
      close: async () => {
        await found.close();
        await close();
      },
    });
  } catch (error) {
    throw failure('arrays.damaged', { file: path }, error);
  }
}

/** Opens a file of predictions with what belongs to it: NumPy files of one array come in sets. */
export async function openPredictionFile(path: string): Promise<ArrayFile> {
  const isNpy = extname(path).toLowerCase() === '.npy';
  return openArrays(path, isNpy ? await npyGroup(path) : undefined);
}
