import type { FileHandle } from 'node:fs/promises';
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { ArrayInfo, ItemType } from './array.js';
import { FilePart } from './bytes.js';
import type { ColumnBlock, GroupedColumns } from './rowGroups.js';

/** The columns of a Parquet file: lists of one length are arrays of two axes. */
export async function parquetColumns(file: FileHandle): Promise<GroupedColumns> {
  const { size } = await file.stat();
  const part = new FilePart(file, 0, size);
  const buffer: AsyncBuffer = {
    byteLength: size,
    slice: async (start, end = size) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      await part.read(bytes, start);
      return bytes.buffer;
    },
  };
  const metadata = await parquetMetadataAsync(buffer);
  const arrays = parquetSchema(metadata).children.map(column => infoOf(column, metadata));
  let offset = 0;
  const groups = metadata.row_groups.map(group => {
    const rows = Number(group.num_rows);
    const sizes = group.columns.map(c => Number(c.meta_data?.total_uncompressed_size ?? 0));
    const bytes = Math.max(0, ...sizes);
    offset += rows;
    return { rows, bytes, offset: offset - rows };
  });
  return {
    arrays,
    groups,
    read: async (array, group) => {
      const { offset, rows } = groups[group];
      const objects = await parquetReadObjects({
        ...{ file: buffer, metadata, compressors, columns: [array.name] },
        ...{ rowStart: offset, rowEnd: offset + rows },
      });
      return blockOf(
        objects.map(object => object[array.name]),
        array,
      );
    },
    close: async () => undefined,
  };
}

function blockOf(cells: unknown[], { type, shape }: ArrayInfo): ColumnBlock {
  if (type === 'text') return cells.map(cell => (cell == null ? '' : String(cell)));
  const width = shape[1] ?? 1;
  const values = new (type === 'float32' ? Float32Array : Float64Array)(cells.length * width);
  for (const [row, cell] of cells.entries()) {
    const items = shape.length === 1 ? [cell] : (cell as ArrayLike<unknown> | null);
    // A row of another length leaves a block of another length, which is told apart by whoever asked.
    if (items?.length !== width) return new Float64Array();
    for (let k = 0; k < width; k++) values[row * width + k] = numberOf(items[k]);
  }
  return values;
}

function numberOf(value: unknown): number {
  return value == null ? Number.NaN : Number(value);
}

function infoOf({ element, children }: SchemaTree, metadata: FileMetaData): ArrayInfo {
  const rows = Number(metadata.num_rows);
  const name = element.name;
  const leaf = leafOf(children);
  if (children.length === 0) return { name, type: typeOf(element), shape: [rows] };
  if (!leaf) return { name, type: 'object', shape: [rows] };
  // Every value of a list counts: of lists of one length, so many a row.
  const [group] = metadata.row_groups;
  const column = group?.columns.find(c => c.meta_data?.path_in_schema[0] === name)?.meta_data;
  const width = Number(column?.num_values ?? 0) / Math.max(1, Number(group?.num_rows ?? 0));
  const isWhole = Number.isInteger(width) && width > 0;
  return {
    name,
    type: isWhole ? typeOf(leaf.element) : 'object',
    shape: [rows, isWhole ? width : 0],
  };
}

/** What a list is of: `list` or `bag` around one element. Null for structs and lists of lists. */
function leafOf(children: readonly SchemaTree[]): SchemaTree | null {
  if (children.length !== 1 || children[0].element.repetition_type !== 'REPEATED') return null;
  const [list] = children;
  if (list.children.length === 0) return list;
  return list.children.length === 1 && list.children[0].children.length === 0
    ? list.children[0]
    : null;
}

function typeOf({
  type,
  logical_type: logical,
  converted_type: converted,
}: SchemaTree['element']): ItemType {
  switch (type) {
    case 'BOOLEAN':
      return 'bool';
    case 'FLOAT':
      return 'float32';
    case 'DOUBLE':
      return 'float64';
    case 'INT32':
    case 'INT64':
      return logical && logical.type !== 'INTEGER'
        ? 'object'
        : type === 'INT32'
          ? 'int32'
          : 'int64';
    case 'FIXED_LEN_BYTE_ARRAY':
      return logical?.type === 'FLOAT16' ? 'float16' : 'object';
    case 'BYTE_ARRAY':
      return logical?.type === 'STRING' || converted === 'UTF8' || converted === 'ENUM'
        ? 'text'
        : 'object';
    default:
      return 'object';
  }
}
