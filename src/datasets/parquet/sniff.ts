import { basename } from 'node:path';
import type { DatasetSummary } from '../../protocol/found.js';
import type { DatasetLayout, FoundEntry } from '../dataset.js';
import { isShard, nameOf, type Shard, shardsOf } from '../shards.js';
import { isLabelled, likelyRoles } from '../table/columns.js';
import type { Cell } from '../table/source.js';
import { type Footer, type ParquetColumn, peekFooter } from './footer.js';

/** Footers looked at to count the samples of a dataset; of more shards than this only some are. */
const mostFooters = 32;

export const parquetName = /\.parquet$/i;

export const parquet: DatasetLayout = {
  id: 'parquet',
  name: 'Parquet',
  files:
    '`.parquet`, one or shards of a folder (`data/train-00000-of-00002.parquet`), as Hugging Face datasets are: images as bytes or paths, texts, or columns of numbers; class names from the metadata; uncompressed, snappy, gzip, zstd, brotli, lz4',
  named: parquetName,
  sniff,
};

async function sniff({ path, kind, list }: FoundEntry): Promise<DatasetSummary | null> {
  if (kind === 'file') {
    if (!parquetName.test(path) || isShard(basename(path))) return null;
    return summary(path, [{ path, split: null }]);
  }
  const shards = await shardsOf(path, list, parquetName);
  return shards.length === 0 ? null : summary(path, shards);
}

/** What columns and rows say, without reading any of them. */
async function summary(path: string, shards: readonly Shard[]): Promise<DatasetSummary | null> {
  const looked = shards.slice(0, mostFooters);
  const footers = await Promise.all(looked.map(shard => peekFooter(shard.path)));
  const [first] = footers;
  const roles = first && rolesOf(path, first);
  if (!roles) return null;
  const whole = shards.length === looked.length && footers.every(footer => footer !== null);
  const splits: DatasetSummary['splits'] = {};
  let size = 0;
  footers.forEach((footer, k) => {
    const { split } = shards[k];
    if (split) splits[split] = (splits[split] ?? 0) + (footer?.rows ?? 0);
    size += footer?.rows ?? 0;
  });
  const label = roles.label === null ? null : first.columns[roles.label].name;
  return {
    path,
    name: nameOf(path),
    layout: parquet.id,
    content: roles.content,
    classes: (label !== null && first.classNames.get(label)?.length) || null,
    size: whole ? size : null,
    splits: whole ? splits : {},
  };
}

/** What the columns are by their names and types, or null where they are no labelled data by themselves. */
function rolesOf(path: string, { columns }: Footer) {
  try {
    const names = columns.map(column => column.name);
    const head = { length: 1, columns: columns.map(column => [likely(column)]) };
    const roles = likelyRoles(path, names, head);
    return isLabelled(roles) ? roles : null;
  } catch {
    return null;
  }
}

/** A cell as a column of this kind may have. */
function likely({ kind, name }: ParquetColumn): Cell {
  switch (kind) {
    case 'image':
    case 'binary':
      return { bytes: new Uint8Array() };
    case 'text':
      return /split/i.test(name) ? 'train' : 'some text';
    case 'number':
      return 1;
    case 'boolean':
      return true;
    default:
      return null;
  }
}
