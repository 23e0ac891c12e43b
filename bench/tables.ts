/**
 * Opening and reading datasets in tables and archives beside what the bare format costs: all of the file once by its library,
 * as a stream, or reading the same bytes one after the other; both alone and with the same preprocessing behind them. Then how much memory a table of texts holds, at 100 000 rows and at 1 000 000.
 * `npx tsx bench/tables.ts`; Parquet is left out unless PYTHON names a Python with pyarrow.
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import Papa from 'papaparse';
import sharp from 'sharp';
import { openDataset } from '../src/datasets/open.js';
import type { Preprocessing, TextPreprocessing } from '../src/protocol/preprocessing.js';
import { tarOf } from '../test/support/tar.js';
import { cpuSeconds } from './cpu.js';
import { imageNet, Preparing, prepared } from './preparing.js';

const texts = 100_000;
const images = 5000;
/** Images are as high and as wide, and take so many bytes. */
const side = 96;
const imageBytes = 6000;

interface Layout {
  name: string;
  path: string;
  count: number;
  /** What its samples become. */
  plan: Preprocessing;
  /** All of the file once; its texts or images are handed to `take`. */
  bare(take?: Take): Promise<unknown>;
}

/** What becomes of a text or an image; to be waited for where it gives back a promise. */
type Take = (content: string | Uint8Array) => Promise<void> | undefined;

const sentence = (i: number) =>
  `This is sentence ${i}, with ${(i * 7919) % 1000} things and a comma`;

/** Numbers of 8 bits that do not pack, the same for a seed. */
function noise(seed: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed + 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

function image(seed: number): Promise<Buffer> {
  const pixels = noise(seed, side * side * 3).map(x => 96 + (x >> 2));
  const raw = { width: side, height: side, channels: 3 } as const;
  return sharp(pixels, { raw }).jpeg({ quality: 80 }).toBuffer();
}

/** An image with noise behind its end, which no decoder looks at: as long as all, and different from all. */
function ended(packed: Buffer, seed: number): Buffer {
  if (packed.length > imageBytes - 16) throw new Error(`${packed.length} bytes are too many`);
  return Buffer.concat([packed, noise(seed, imageBytes - packed.length)]);
}

/** Every row, piece by piece, as the library reads files that are larger than memory. */
function csvRows(path: string, take?: Take): Promise<void> {
  return new Promise((done, failed) => {
    let rows = 0;
    const taken = async (records: string[][]) => {
      for (const [text] of records) await take?.(text);
    };
    Papa.parse<string[]>(createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 }), {
      chunk: ({ data }, parser) => {
        // The header is the first row.
        const records = data.slice(rows === 0 ? 1 : 0).filter(record => record.length > 1);
        rows += data.length;
        if (!take) return;
        parser.pause();
        taken(records).then(() => parser.resume(), failed);
      },
      complete: () => (rows > texts ? done() : failed(new Error(`${rows} rows`))),
      error: failed,
    });
  });
}

/** Every image and label of an archive, by its headers. */
async function tarSamples(path: string, take?: Take): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let samples = 0;
  const stream: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 1 << 18 });
  for await (const piece of stream) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    let at = 0;
    for (; at + 512 <= bytes.length; ) {
      const name = bytes.toString('latin1', at, bytes.indexOf(0, at));
      const size = Number.parseInt(bytes.toString('latin1', at + 124, at + 135), 8) || 0;
      const end = at + 512 + Math.ceil(size / 512) * 512;
      if (end > bytes.length) break;
      const data = Uint8Array.prototype.slice.call(bytes, at + 512, at + 512 + size);
      if (name.endsWith('.cls')) Buffer.from(data).toString('utf8');
      else if (name !== '') {
        samples++;
        const done = take?.(data);
        if (done) await done;
      }
      at = end;
    }
    rest = bytes.subarray(at);
  }
  if (samples !== images) throw new Error(`${samples} samples`);
}

async function jsonLines(path: string, take?: Take): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const { text } = JSON.parse(line);
    const done = take?.(text);
    if (done) await done;
  }
}

async function parquetRows(path: string, take?: Take): Promise<void> {
  const file = await asyncBufferFromFile(path);
  for (const { text, image } of await parquetReadObjects({ file, compressors, utf8: false })) {
    const done = take?.(text ?? image.bytes);
    if (done) await done;
  }
}

/** Token ids by a WordPiece vocabulary, as for BERT. */
const tokens: TextPreprocessing = {
  kind: 'text',
  tokenizer: join(__dirname, '../test/golden/tokenizers/wordpiece/tokenizer.json'),
  tokenizerHash: '',
  maxLength: 128,
  padToMax: false,
  padId: 0,
  padTypeId: 0,
  paddingSide: 'right',
  truncationSide: 'right',
  tensors: ['mask', 'types'],
  type: 'int64',
};

const pixels = imageNet(side);

/** All samples of the bare format as tensors, by the same preprocessing as ours. */
async function bareTensors({ bare, count, plan }: Layout): Promise<void> {
  const preparing = new Preparing(plan);
  await bare(content =>
    preparing.take(
      typeof content === 'string'
        ? { kind: 'text', text: content, pair: null, file: '' }
        : { kind: 'encodedImage', bytes: content, file: '' },
    ),
  );
  await preparing.done(count);
}

const python = `
import sys
import pyarrow as pa, pyarrow.parquet as pq
folder, images, size, texts = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
data = open(folder + "/all.bin", "rb").read()
cells = [{"bytes": data[i * size:(i + 1) * size], "path": None} for i in range(images)]
kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
table = pa.table({"image": pa.array(cells, kind), "label": [f"class {i % 10}" for i in range(images)]})
pq.write_table(table, folder + "/images.parquet", row_group_size=1000, compression="snappy")
lines = [f"This is sentence {i}, with {i * 7919 % 1000} things and a comma" for i in range(texts)]
pq.write_table(pa.table({"text": lines, "label": [f"class {i % 10}" for i in range(texts)]}), folder + "/texts.parquet", compression="zstd")
`;

async function make(folder: string): Promise<Layout[]> {
  const put = (name: string, bytes: string | Buffer) => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, bytes);
    return path;
  };
  const rows = Array.from({ length: texts }, (_, i) => [sentence(i), `class ${i % 10}`]);
  const csv = put('a.csv', `text,label\n${rows.map(([t, y]) => `"${t}",${y}`).join('\n')}\n`);
  const lines = put(
    'a.jsonl',
    rows.map(([text, label]) => JSON.stringify({ text, label })).join('\n'),
  );
  const some = await Promise.all(Array.from({ length: 100 }, (_, i) => image(i)));
  const all = Array.from({ length: images }, (_, i) => ended(some[i % some.length], i));
  for (const [i, bytes] of all.entries()) put(`manifest/images/${i}.jpg`, bytes);
  const named = all.map((_, i) => `images/${i}.jpg,class ${i % 10}`);
  const manifest = put('manifest/manifest.csv', `path,label\n${named.join('\n')}\n`);
  const tar = put(
    'a.tar',
    tarOf(
      all.flatMap((bytes, i) => [
        [`${i}.jpg`, bytes] as const,
        [`${i}.cls`, Buffer.from(String(i % 10))] as const,
      ]),
    ),
  );
  const layouts: Layout[] = [
    {
      name: 'CSV of texts',
      path: csv,
      count: texts,
      plan: tokens,
      bare: take => csvRows(csv, take),
    },
    {
      name: 'JSON Lines of texts',
      path: lines,
      count: texts,
      plan: tokens,
      bare: take => jsonLines(lines, take),
    },
    {
      name: 'manifest of image files',
      path: manifest,
      count: images,
      plan: pixels,
      bare: async take => {
        for (let i = 0; i < images; i++) {
          const bytes = await readFile(join(manifest, '..', 'images', `${i}.jpg`));
          const done = take?.(bytes);
          if (done) await done;
        }
      },
    },
    {
      name: 'WebDataset, one shard',
      path: tar,
      count: images,
      plan: pixels,
      bare: take => tarSamples(tar, take),
    },
  ];
  if (!process.env.PYTHON) return layouts;
  put('all.bin', Buffer.concat(all));
  const given = [images, imageBytes, texts].map(String);
  execFileSync(process.env.PYTHON, ['-c', python, folder, ...given]);
  for (const [name, file, count] of [
    ['Parquet of images, snappy', 'images.parquet', images],
    ['Parquet of texts, zstd', 'texts.parquet', texts],
  ] as const) {
    const path = join(folder, file);
    const plan = count === texts ? tokens : pixels;
    layouts.push({ name, path, count, plan, bare: take => parquetRows(path, take) });
  }
  return layouts;
}

async function readAll(path: string, count: number): Promise<void> {
  const dataset = await openDataset(path);
  if (dataset.size !== count) throw new Error(`${path} has ${dataset.size} samples`);
  for (let i = 0; i < count; i += 8)
    await Promise.all(
      Array.from({ length: Math.min(8, count - i) }, (_, k) => dataset.read(i + k)),
    );
  await dataset.close?.();
}

/** Bytes a row that an opened table holds, and the most memory that opening it took; in a process of its own. */
async function memory(path: string): Promise<void> {
  const used = () => {
    global.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  const started = process.memoryUsage().rss;
  let peak = started;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 5);
  const dataset = await openDataset(path);
  clearInterval(timer);
  await new Promise(done => setTimeout(done, 100));
  const held = (used() - before) / dataset.size;
  const most = (peak - started) / 1e6;
  console.log(
    `${dataset.size} rows: ${held.toFixed(0)} bytes a row held, ${most.toFixed(0)} MB at most while opening`,
  );
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tables-'));
  try {
    console.log(
      `${texts} texts, ${images} images of ${imageBytes} bytes; CPU seconds, median of 5 rounds, with tensors of 3`,
    );
    console.log(
      '| layout | bare format | opened | opened and read one by one | bare / ours | µs a sample | bare, made tensors | ours, made tensors | bare / ours |',
    );
    console.log('|---|---|---|---|---|---|---|---|---|');
    for (const layout of await make(folder)) {
      const { name, path, count, plan, bare } = layout;
      const [base, opened, whole] = await cpuSeconds([
        () => bare(),
        async () => (await openDataset(path)).close?.(),
        () => readAll(path, count),
      ]);
      const cells = [base, opened, whole, base / whole].map(x => x.toFixed(2));
      cells.push(((1e6 * whole) / count).toFixed(1));
      const [theirs, ours] = await cpuSeconds(
        [() => bareTensors(layout), () => prepared(path, count, plan)],
        3,
      );
      cells.push(...[theirs, ours, theirs / ours].map(x => x.toFixed(2)));
      console.log(`| ${name} | ${cells.join(' | ')} |`);
    }
    for (const n of [100_000, 1_000_000]) {
      const path = join(folder, `${n}.csv`);
      const rows = Array.from({ length: n }, (_, i) => `"${sentence(i)}",class ${i % 10}`);
      writeFileSync(path, `text,label\n${rows.join('\n')}\n`);
      const given = ['--expose-gc', '--import=tsx', __filename, path];
      execFileSync(process.execPath, given, { stdio: 'inherit' });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [, , table] = process.argv;
void (table === undefined ? main() : memory(table));
