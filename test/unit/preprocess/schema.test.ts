import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { sidecarSchema } from '../../../src/preprocess/keys.js';
import { root } from '../../support/referenceData.js';

/** Without what is there for people only. */
function bare(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(bare);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(
        ([key, value]) =>
          !(spoken.has(key) && (typeof value === 'string' || key === 'defaultSnippets')),
      )
      .map(([key, value]) => [key, bare(value)]),
  );
}
const spoken = new Set(['title', 'description', 'defaultSnippets']);

describe('media/transferlens.schema.json', () => {
  const published = JSON.parse(
    readFileSync(join(root, 'media', 'transferlens.schema.json'), 'utf8'),
  );

  it('allows exactly what the sidecar is checked by', () => {
    const checked = z.toJSONSchema(sidecarSchema, { io: 'input', target: 'draft-07' });
    assert.deepEqual(bare(published), bare(checked));
  });

  it('describes every key', () => {
    for (const [key, { description }] of Object.entries<{ description?: string }>(
      published.properties,
    ))
      assert.ok(description && description.length > 20, key);
  });
});
