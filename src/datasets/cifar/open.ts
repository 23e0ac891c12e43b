import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FilePart } from '../../arrays/bytes.js';
import { ReadAhead } from '../../arrays/readAhead.js';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import type { Split } from '../../protocol/found.js';
import { detailOf, failure, throwIfCancelled } from '../../protocol/notice.js';
import { pixelsOf } from '../arrays/pixels.js';
import { ClassLabels } from '../classLabels.js';
import type { ColumnsOf, Dataset } from '../dataset.js';
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
  const which = found.labels === 1 ? null : whichLabel(path, options);
  // CIFAR-100 has the coarse label before the fine one.
  const labelAt = which === 'fine' ? 1 : 0;
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
    const named = await classNames(path, which);
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

const ofCifar100 = { fine: 100, coarse: 20 };

/** Which labels of CIFAR-100 are meant; it has two kinds, and none is likelier. */
function whichLabel(file: string, { columns: { label } }: DatasetOptions): keyof typeof ofCifar100 {
  const columns = Object.keys(ofCifar100).join(', ');
  if (label === undefined) throw failure('dataset.whichLabel', { file, columns });
  const [, which] = /^(fine|coarse)(_labels?)?$/.exec(label) ?? [];
  if (which === undefined) throw failure('dataset.noColumn', { file, column: label, columns });
  return which as keyof typeof ofCifar100;
}

/** The kinds of labels, of which CIFAR-10 has one. */
export const columnsOf: ColumnsOf = async (path, { columns: { label } }) => {
  const found = cifarFiles(await readdir(path));
  const columns = Object.entries(ofCifar100).map(([name, classes]) => ({
    ...{ name, classes, roles: ['label' as const], about: '' },
  }));
  const taken = columns.find(({ name }) => label?.startsWith(name))?.name;
  return { kind: 'labels', columns: found?.labels === 2 ? columns : [], taken: { label: taken } };
};

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
