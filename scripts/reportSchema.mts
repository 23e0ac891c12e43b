// Writes media/report.schema.json, the published schema of the report, from the one that the code validates with.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportJsonSchema } from '../src/report/jsonSchema.js';
import { root } from './lib/root.js';

writeFileSync(
  join(root, 'media', 'report.schema.json'),
  `${JSON.stringify(reportJsonSchema(), null, 2)}\n`,
);
