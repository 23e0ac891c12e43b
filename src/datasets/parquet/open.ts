import { openSharded } from '../table/sharded.js';
import { parquet, parquetName } from './sniff.js';
import { ParquetTable } from './source.js';

/** Opens a Parquet file, or a folder of them, as labelled samples. */
export const { openDataset, columnsOf } = openSharded(parquet, parquetName, ParquetTable.open);
