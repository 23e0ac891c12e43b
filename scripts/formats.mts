/** Writes the README's tables of formats from the rooms' own tables: `npx tsx scripts/formats.mts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFormats } from './lib/formats.js';
import { root } from './lib/root.js';

const file = join(root, 'README.md');
writeFileSync(file, withFormats(readFileSync(file, 'utf8')));
