import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchOf, planPreprocessing, readModelMetadata } from '../../../src/preprocess/index.js';
import type { TokenInput } from '../../../src/protocol/modelInput.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import type { TextPreprocessing } from '../../../src/protocol/preprocessing.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const golden = join(root, 'test', 'golden', 'tokenizers');

interface Row {
  ids: number[];
  mask: number[];
  types: number[];
}

const expected: {
  texts: string[];
  pairs: [string, string][];
  maxLength: number;
  tokenizers: Record<string, { single: Row[]; pair: Row[] }>;
} = JSON.parse(readFileSync(join(golden, 'expected.json'), 'utf8'));

const input: TokenInput = {
  kind: 'tokens',
  name: 'input_ids',
  mask: 'attention_mask',
  types: 'token_type_ids',
  positions: null,
  length: null,
  batch: null,
  type: 'int64',
  paddingShows: false,
};

async function planFor(folder: string, more: Partial<TokenInput> = {}) {
  const metadata = await readModelMetadata(join(folder, 'model.onnx'));
  return planPreprocessing(metadata, { ...input, ...more });
}

/** Ids, mask and types of texts in one batch. */
async function tokens(
  plan: TextPreprocessing,
  texts: readonly (readonly [string, string | null])[],
) {
  const batch = batchOf(plan, texts.length);
  for (const [k, [text, pair]] of texts.entries())
    await batch.add({ kind: 'text', text, pair, file: `text ${k}` }, k);
  return batch.tensors(texts.map((_, k) => k));
}

const rowsOf = (data: ArrayLike<number | bigint>, width: number) =>
  Array.from({ length: data.length / width }, (_, k) =>
    Array.from({ length: width }, (_, t) => Number(data[k * width + t])),
  );

describe('texts as tokens', () => {
  for (const [name, { single, pair }] of Object.entries(expected.tokenizers)) {
    it(`${name}: ids, mask and types are those of the tokenizers library`, async () => {
      const { plan } = await planFor(join(golden, name));
      assert.equal(plan.kind, 'text');
      const text = plan as TextPreprocessing;
      assert.equal(text.maxLength, expected.maxLength);
      for (const [texts, wanted] of [
        [expected.texts.map(t => [t, null] as const), single],
        [expected.pairs, pair],
      ] as const) {
        const [ids, mask, types] = await tokens(text, texts);
        const width = ids.shape[1];
        const got = [ids, mask, types].map(({ data }) => rowsOf(data, width));
        for (const [k, row] of wanted.entries()) {
          const said = JSON.stringify(texts[k]);
          assert.deepEqual(got[0][k], row.ids, `${name} ${said}`);
          assert.deepEqual(got[1][k], row.mask, `${name} ${said}`);
          assert.deepEqual(got[2][k], row.types, `${name} ${said}`);
        }
      }
    });
  }

  it('come as the graph wants them: 32 bits, a fixed length, without types', async () => {
    const folder = join(golden, 'wordpiece');
    const { plan } = await planFor(folder, { type: 'int32', length: 12, types: null });
    const [ids, mask, none] = await tokens(plan as TextPreprocessing, [['The quick fox', null]]);
    assert.ok(ids.data instanceof Int32Array);
    assert.deepEqual([ids.shape, mask.shape, none], [[1, 12], [1, 12], undefined]);
    assert.equal(ids.data.at(-1), 0);
  });

  it('are found one folder up from `onnx`, and limited by the first file that says so', async () => {
    const folder = scratch('text');
    cpSync(join(golden, 'word-level'), folder, { recursive: true });
    const json = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8'));
    json.truncation = null;
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(json));
    put(join(folder, 'config.json'), { max_position_embeddings: 40 });
    const inside = join(folder, 'onnx');
    const limit = async () => (await planFor(inside)).report.maxLength;
    assert.deepEqual(await limit(), { value: 40, from: 'config.json' });
    put(join(folder, 'tokenizer_config.json'), { model_max_length: 1e30 });
    assert.deepEqual(await limit(), { value: 40, from: 'config.json' });
    put(join(folder, 'tokenizer_config.json'), { model_max_length: 30 });
    assert.deepEqual(await limit(), { value: 30, from: 'tokenizer_config.json' });
  });

  it('fail with a cure where there is no tokenizer, or none that can be read', async () => {
    const folder = scratch('no-tokenizer');
    const fails = async (code: string, says: RegExp) =>
      assert.rejects(planFor(folder), error => {
        const { code: given, message } = noticeOf(error);
        assert.equal(given, code, message);
        assert.match(message, says);
        return true;
      });
    await fails('tokenizer.missing', /no tokenizer\.json beside it/);
    put(join(folder, 'tokenizer.json'), '{"model": {"type": "BPE", "vocab"');
    await fails('tokenizer.unreadable', /tokenizer\.json: the tokenizer cannot be read/);
    put(join(folder, 'tokenizer.json'), { model: 5 });
    await fails('tokenizer.unreadable', /model/);
  });
});
