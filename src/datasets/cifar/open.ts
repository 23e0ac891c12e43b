import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FilePart } from '../../arrays/bytes.js';
import { ReadAhead } from '../../arrays/readAhead.js';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import type { Split } from '../../protocol/found.js';
import { detailOf, failure, throwIfCancelled } from '../../protocol/notice.js';
import { pixelsOf } from '../arrays/pixels.js';
import { ClassLabels } from '../classLabels.js';
import type { Dataset } from '../dataset.js';
import { cifar, cifarFiles, pixelBytes } from './sniff.js';

const image = { height: 32, width: 32, channels: 3, planes: true } as const;
/** Bytes read at once to collect labels. */
const blockBytes = 4 << 20;

/** One of the files: its records, from which row of the dataset on. */
interface Batch {
  file: string;
  part: ReadAhead;
  rows: number;
  start: number;
}

/** Opens a folder of CIFAR's binary files. The labels are gathered in one pass; images are read one by one. */
export async function openDataset(
  path: string,
  options: DatasetOptions,
  signal?: AbortSignal,
): Promise<Dataset> {
  const names = await readdir(path).catch(error => {
    throw failure('dataset.folderUnreadable', { file: path, detail: detailOf(error) }, error);
  });
  const found = cifarFiles(names) ?? { labels: 1 as const, files: [] };
  const record = found.labels + pixelBytes;
  // CIFAR-100 has the coarse label before the fine one.
  const { label = 'fine' } = options.columns;
  const isCoarse = found.labels === 2 && /^coarse(_labels?)?$/.test(label);
  if (found.labels === 2 && !isCoarse && !/^fine(_labels?)?$/.test(label))
    throw failure('dataset.noColumn', { file: path, column: label, columns: 'fine, coarse' });
  const labelAt = found.labels === 2 && !isCoarse ? 1 : 0;
  const handles: FileHandle[] = [];
  const close = async () => {
    for (const handle of handles) await handle.close();
  };
  try {
    const batches: Batch[] = [];
    const labels = new ClassLabels();
    const splits: Split[] = [];
    let size = 0;
    for (const { name, split } of found.files) {
      const file = join(path, name);
      const handle = await open(file).catch(error => {
        throw failure('dataset.sampleUnreadable', { file, detail: detailOf(error) }, error);
      });
      handles.push(handle);
      const { size: bytes } = await handle.stat();
      if (bytes % record !== 0) throw failure('dataset.recordSize', { file, bytes, record });
      const rows = bytes / record;
      const part = new ReadAhead(new FilePart(handle, 0, bytes));
      const step = Math.floor(blockBytes / record);
      const block = new Uint8Array(step * record);
      for (let row = 0; row < rows; row += step) {
        throwIfCancelled(signal);
        const n = Math.min(step, rows - row);
        await part.read(block.subarray(0, n * record), row * record);
        for (let k = 0; k < n; k++) {
          labels.add(String(block[k * record + labelAt]));
          splits.push(split);
        }
      }
      batches.push({ file, part, rows, start: size });
      size += rows;
    }
    if (size === 0) throw failure('dataset.noRows', { file: path });
    const named = await classNames(path, found.labels === 1 ? null : isCoarse ? 'coarse' : 'fine');
    const { numbered, ...classes } = labels.done(path, 'label', options, named);
    const place = (i: number) => {
      let k = batches.length - 1;
      while (batches[k].start > i) k--;
      return { batch: batches[k], row: i - batches[k].start };
    };
    return {
      ...classes,
      path,
      name: basename(path),
      layout: cifar.id,
      content: 'image',
      size,
      splits,
      groups: null,
      notices: [],
      reading: {
        ...{ kind: 'records', labels: found.labels, labelAt, numbered },
        files: found.files.map(({ name, split }) => ({ path: join(path, name), split })),
      },
      sampleId: String,
      sampleName: i => {
        const { batch, row } = place(i);
        return `${basename(batch.file)} #${row}`;
      },
      sampleFile: i => place(i).batch.file,
      read: async i => {
        const { batch, row } = place(i);
        const pixels = new Uint8Array(pixelBytes);
        await batch.part.read(pixels, row * record + found.labels);
        return pixelsOf(pixels, image, [0, 255], batch.file);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Names of the classes, a line each. */
async function classNames(path: string, which: 'fine' | 'coarse' | null): Promise<string[] | null> {
  const file = which === null ? 'batches.meta.txt' : `${which}_label_names.txt`;
  const text = await readFile(join(path, file), 'utf8').catch(() => '');
  const names = text
    .trimEnd()
    .split(/\r?\n/)
    .map(line => line.trim());
  return names.length > 1 ? names : null;
}
