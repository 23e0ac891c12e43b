/**
 * Opening and reading datasets in tables and archives beside what the bare format costs: all of the file once by its library,
 * as a stream, or reading the same bytes one after the other. Then how much memory a table of texts holds, at 100 000 rows and at 1 000 000.
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
import { openDataset } from '../src/datasets/open.js';
import { tarOf } from '../test/support/tar.js';
import { cpuSeconds } from './cpu.js';

const texts = 200_000;
const images = 10_000;
const imageBytes = 4000;

interface Layout {
  name: string;
  path: string;
  count: number;
  bare(): Promise<unknown>;
}

const sentence = (i: number) =>
  `This is sentence ${i}, with ${(i * 7919) % 1000} things and a comma`;

/** What stands for an encoded image: bytes that do not pack. */
function image(seed: number): Buffer {
  const bytes = Buffer.alloc(imageBytes);
  let state = seed + 1;
  for (let i = 0; i < imageBytes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Every row, piece by piece, as the library reads files that are larger than memory. */
function csvRows(path: string): Promise<void> {
  return new Promise((done, failed) => {
    let rows = 0;
    Papa.parse<string[]>(createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 }), {
      chunk: ({ data }) => {
        rows += data.length;
      },
      complete: () => (rows > texts ? done() : failed(new Error(`${rows} rows`))),
      error: failed,
    });
  });
}

/** Every image and label of an archive, by its headers. */
async function tarSamples(path: string): Promise<void> {
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
      else if (name !== '') samples++;
      at = end;
    }
    rest = bytes.subarray(at);
  }
  if (samples !== images) throw new Error(`${samples} samples`);
}

async function jsonLines(path: string): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(path) })) JSON.parse(line);
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

function make(folder: string): Layout[] {
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
  const all = Array.from({ length: images }, (_, i) => image(i));
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
      bare: () => csvRows(csv),
    },
    { name: 'JSON Lines of texts', path: lines, count: texts, bare: () => jsonLines(lines) },
    {
      name: 'manifest of image files',
      path: manifest,
      count: images,
      bare: async () => {
        for (let i = 0; i < images; i++) await readFile(join(manifest, '..', 'images', `${i}.jpg`));
      },
    },
    {
      name: 'WebDataset, one shard',
      path: tar,
      count: images,
      bare: () => tarSamples(tar),
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
    const bare = async () =>
      parquetReadObjects({ file: await asyncBufferFromFile(path), compressors, utf8: false });
    layouts.push({ name, path, count, bare });
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
      `${texts} texts, ${images} images of ${imageBytes} bytes; median of 5 rounds, CPU seconds`,
    );
    console.log('| layout | bare format | opened | opened and read one by one | bare / ours |');
    console.log('|---|---|---|---|---|');
    for (const { name, path, count, bare } of make(folder)) {
      const [base, opened, whole] = await cpuSeconds([
        bare,
        async () => (await openDataset(path)).close?.(),
        () => readAll(path, count),
      ]);
      const [a, b, c] = [base, opened, whole].map(s => s.toFixed(2));
      console.log(`| ${name} | ${a} | ${b} | ${c} | ${(base / whole).toFixed(2)} |`);
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
