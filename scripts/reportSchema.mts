// Writes media/report.schema.json, the published schema of the report, from the one that the code validates with.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportJsonSchema } from '../src/report/jsonSchema.js';
import { root } from './lib/root.js';

const file = join(root, 'media', 'report.schema.json');
writeFileSync(file, JSON.stringify(reportJsonSchema(), null, 2));
// As `npm run check` wants it.
execFileSync('npx', ['biome', 'format', '--write', file], { cwd: root, stdio: 'inherit' });
