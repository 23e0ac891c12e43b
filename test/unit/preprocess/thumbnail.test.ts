import assert from 'node:assert/strict';
import { thumbnail } from '../../../src/preprocess/index.js';

describe('what stands for a sample that is no image', () => {
  const file = 'table.csv#1';
  const textOf = async (content: Parameters<typeof thumbnail>[0]) => {
    const found = await thumbnail(content);
    assert.ok(found && 'text' in found);
    return found.text;
  };

  it('the beginning of a text', async () => {
    const text = 'a'.repeat(500);
    const shown = await textOf({ kind: 'text', text, pair: null, file });
    assert.equal(shown, `${'a'.repeat(160)}…`);
  });

  it('of a pair both, however long the first is', async () => {
    const shown = await textOf({ kind: 'text', text: 'a'.repeat(500), pair: 'the other', file });
    assert.equal(shown, `${'a'.repeat(80)}… ⟷ the other`);
  });

  it('the first numbers of a row, to four digits', async () => {
    const few = await textOf({ kind: 'numbers', values: Float64Array.of(5.1, 1 / 3, -2e-9), file });
    assert.equal(few, '5.1  0.3333  -2e-9');
    const many = await textOf({ kind: 'numbers', values: new Float64Array(100), file });
    assert.equal(many.match(/0/g)?.length, 12);
    assert.match(many, /…$/);
  });
});
