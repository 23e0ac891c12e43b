import { type ColumnMetaData, parquetRead, type SchemaElement } from 'hyparquet';
import { compressors } from './compressors.js';
import { NotParquet } from './footer.js';
import { NotThrift, numberIn, structIn, ThriftEnds, thriftStruct } from './thrift.js';

/** The file that pages are read from. Both throw where it ends before. */
interface Bytes {
  bytes(at: number, length: number): Promise<Buffer>;
  /** Reads as many bytes as there is room for. */
  fill(bytes: Uint8Array, at: number): Promise<void>;
}

/** Values of one stored part of a column, in the order of their rows. */
export type Values = ArrayLike<unknown>;

/** A page of a column: where it lies, and which rows of its row group it has. */
export interface Page {
  at: number;
  length: number;
  from: number;
  to: number;
  /** Bytes when unpacked. */
  size: number;
  /** Its values are numbers of those in the dictionary. */
  coded: boolean;
}

/** What a file begins with, and a page of it is made to look: no page lies at position 0. */
const magic = 'PAR1';
const dataPage = 0;
const dictionaryPage = 2;
const dataPage2 = 3;
/** Encodings by a dictionary: the older name and the newer one. */
const dictionaryCodes = [2, 8];
/** A page is unpacked whole; more than this is no page that a writer of data would leave. */
const mostPageBytes = 512 << 20;
const mostPageRows = 1 << 24;

/** One stored part of a column in one row group, read page by page. */
export class ColumnChunk {
  private found: Promise<Page[]> | undefined;
  private dictionary: { at: number; length: number } | null = null;

  /** @param schema the elements on the way to it, the root first, without their other children */
  constructor(
    private readonly file: Bytes,
    private readonly schema: SchemaElement[],
    private readonly meta: ColumnMetaData,
    private readonly rows: number,
  ) {}

  /** The page that has a row. */
  async pageOf(row: number): Promise<Page> {
    this.found ??= this.index();
    const pages = await this.found;
    let [low, high] = [0, pages.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (pages[middle].from <= row) low = middle;
      else high = middle - 1;
    }
    return pages[low];
  }

  /** Walks over the headers of the pages: few writers leave an index of them. */
  private async index(): Promise<Page[]> {
    if (!this.meta.codec) throw new NotParquet('it is packed in a way that is not known');
    const { data_page_offset: data, dictionary_page_offset: first } = this.meta;
    let at = Number(first && first < data ? first : data);
    const end = at + Number(this.meta.total_compressed_size);
    const pages: Page[] = [];
    let rows = 0;
    while (rows < this.rows) {
      if (at >= end) throw new NotParquet('pages are missing');
      const { value: header, end: length } = await this.header(at, end);
      const type = numberIn(header, 1);
      const size = numberIn(header, 2) ?? -1;
      const packed = numberIn(header, 3) ?? -1;
      const whole = length + packed;
      if (packed < 0 || size < 0 || at + whole > end) throw new NotParquet('a page is damaged');
      if (size > mostPageBytes) throw new NotParquet(`a page claims ${size} bytes`);
      if (type === dictionaryPage) this.dictionary = { at, length: whole };
      else if (type === dataPage || type === dataPage2) {
        const [fields, encoding] = type === dataPage ? [5, 2] : [8, 4];
        const own = structIn(header, fields) ?? {};
        const n = numberIn(own, 1) ?? -1;
        const coded = dictionaryCodes.includes(numberIn(own, encoding) ?? -1);
        if (n < 0 || n > mostPageRows || rows + n > this.rows)
          throw new NotParquet(`a page claims ${n} rows`);
        if (n > 0) pages.push({ at, length: whole, from: rows, to: rows + n, size, coded });
        rows += n;
      }
      at += whole;
    }
    return pages;
  }

  /** A header; with statistics it may be long. */
  private async header(at: number, end: number) {
    for (let most = 1 << 10; ; most *= 16) {
      const bytes = await this.file.bytes(at, Math.min(most, end - at));
      try {
        return thriftStruct(bytes);
      } catch (error) {
        if (error instanceof NotThrift || most > 1 << 22) throw new NotParquet('a page is damaged');
        if (error instanceof ThriftEnds && bytes.length < end - at) continue;
        throw new NotParquet('a page is damaged');
      }
    }
  }

  /** Unpacks a page: it is read as if it were a file of its own, with the dictionary before it where it needs that. */
  async values(page: Page): Promise<Values> {
    const dictionary = page.coded ? this.dictionary : null;
    const length = dictionary?.length ?? 0;
    // Pages of images are large: they are read to where they are unpacked from, and not copied.
    const bytes = new Uint8Array(length + page.length);
    if (dictionary) await this.file.fill(bytes.subarray(0, length), dictionary.at);
    await this.file.fill(bytes.subarray(length), page.at);
    const start = BigInt(magic.length);
    const rows = page.to - page.from;
    const meta: ColumnMetaData = {
      ...this.meta,
      dictionary_page_offset: dictionary ? start : undefined,
      data_page_offset: start + BigInt(length),
      num_values: BigInt(rows),
      total_compressed_size: BigInt(bytes.length),
    };
    let values: Values | null = null;
    await parquetRead({
      file: {
        byteLength: magic.length + bytes.length,
        slice: (from, to = magic.length + bytes.length) =>
          from === magic.length && to === magic.length + bytes.length
            ? bytes.buffer
            : bytes.buffer.slice(from - magic.length, to - magic.length),
      },
      metadata: {
        version: 1,
        schema: this.schema,
        num_rows: BigInt(rows),
        row_groups: [
          {
            columns: [{ file_offset: 0n, meta_data: meta }],
            total_byte_size: BigInt(bytes.length),
            num_rows: BigInt(rows),
          },
        ],
        metadata_length: 0,
      },
      compressors,
      // Bytes are no texts unless the schema says so.
      utf8: false,
      onChunk: chunk => {
        values = chunk.columnData;
      },
    });
    const read = values as Values | null;
    if (read?.length !== rows) throw new NotParquet('a page is damaged');
    const [, inner] = this.meta.path_in_schema;
    if (inner === undefined) return read;
    return Array.from(read, struct => (struct as Record<string, unknown> | null)?.[inner]);
  }
}
