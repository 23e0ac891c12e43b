import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportJsonSchema } from '../../../src/report/jsonSchema.js';
import { root } from '../../support/referenceData.js';

describe('the published schema of the report', () => {
  it('is the one that the code validates with (else run: npx tsx scripts/reportSchema.mts)', () => {
    const published = JSON.parse(readFileSync(join(root, 'media', 'report.schema.json'), 'utf8'));
    assert.deepEqual(published, JSON.parse(JSON.stringify(reportJsonSchema())));
  });
});
