import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openDataset } from '../../../src/datasets/open.js';
import { decoderOf } from '../../../src/pipeline/decode.js';
import { runTask } from '../../../src/pipeline/task.js';
import { contentHash, openReader } from '../../../src/predictions/index.js';
import { noOptions } from '../../../src/protocol/datasetOptions.js';
import type { OpenedModel } from '../../../src/protocol/inference.js';
import type { TextPreprocessing } from '../../../src/protocol/preprocessing.js';
import { constant, node, normals, onnxModel, weights } from '../../support/onnxWriter.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const golden = join(root, 'test', 'golden', 'tokenizers');
const expected = JSON.parse(readFileSync(join(golden, 'expected.json'), 'utf8'));
const texts: string[] = expected.texts;
/** Token ids of each text alone, as the tokenizers library gives them. */
const idsOf: number[][] = expected.tokenizers.wordpiece.single.map(
  ({ ids, mask }: { ids: number[]; mask: number[] }) => ids.filter((_, t) => mask[t] === 1),
);

const inputs = ['input_ids', 'attention_mask', 'token_type_ids'] as const;

/** What a network of texts is made of besides vectors of words and their mean. */
interface Network {
  /** Mask and token types as inputs; what is masked is left out of the mean. */
  mask: boolean;
  /** Vectors of positions, which the graph counts from the first token of a row on. */
  positions?: boolean;
  /** Vectors multiplied as whole numbers, by the range of all of a call. */
  quantized?: boolean;
}

function network({ mask, positions, quantized }: Network): Uint8Array {
  const normal = normals(5);
  const names = mask ? inputs : inputs.slice(0, 1);
  const nodes = [node('Gather', ['words', 'input_ids'], 'w')];
  const add = (part: string, from: string) => {
    nodes.push(node('Add', [from, part], `${from}+`));
    return `${from}+`;
  };
  let x = 'w';
  if (mask) {
    nodes.push(node('Gather', ['kinds', 'token_type_ids'], 'k'));
    x = add('k', x);
  }
  if (positions) {
    nodes.push(node('Cast', ['input_ids'], 'f', { to: 1 }), node('Mul', ['f', 'zero'], 'zeros'));
    nodes.push(node('Add', ['zeros', 'one'], 'ones'), node('CumSum', ['ones', 'axis'], 'counted'));
    nodes.push(node('Cast', ['counted'], 'at', { to: 7 }), node('Gather', ['places', 'at'], 'p'));
    x = add('p', x);
  }
  if (quantized) {
    const outputs = ['q', 'scale', 'point'];
    nodes.push({ op: 'DynamicQuantizeLinear', inputs: [x], outputs });
    nodes.push(node('MatMulInteger', ['q', 'whole', 'point'], 'product'));
    nodes.push(node('Cast', ['product'], 'real', { to: 1 }), node('Mul', ['real', 'scale'], 'r'));
    x = 'r';
  }
  nodes.push(node('Tanh', [x], 'h'));
  if (mask) {
    nodes.push(node('Cast', ['attention_mask'], 'm', { to: 1 }));
    nodes.push(node('Unsqueeze', ['m', 'last'], 'column'), node('Mul', ['h', 'column'], 'kept'));
    nodes.push(node('ReduceSum', ['kept', 'axis1'], 'sum', { keepdims: 0 }));
    nodes.push(node('ReduceSum', ['m', 'axis1'], 'n', { keepdims: 1 }));
    nodes.push(node('Div', ['sum', 'n'], 'mean'));
  } else nodes.push(node('ReduceMean', ['h'], 'mean', { axes: [1], keepdims: 0 }));
  nodes.push(node('MatMul', ['mean', 'head'], 'logits'));
  return onnxModel({
    inputs: names.map(name => ({ name, type: 'int64', dims: ['n', 'tokens'] })),
    outputs: [{ name: 'logits', type: 'float32', dims: ['n', 4] }],
    initializers: [
      ...[weights('words', [600, 8], normal), weights('kinds', [2, 8], normal)],
      ...[weights('places', [64, 8], normal), weights('head', [8, 4], normal)],
      constant(
        'whole',
        [8, 8],
        Array.from({ length: 64 }, () => Math.round(40 * normal())),
        'int8',
      ),
      ...[constant('zero', [], [0]), constant('one', [], [1]), constant('axis', [], [1], 'int64')],
      ...[constant('axis1', [1], [1], 'int64'), constant('last', [1], [2], 'int64')],
    ],
    nodes,
  });
}

describe('texts of different lengths in one batch', () => {
  /** Runs a network over all texts as the product does; `tokenizer` and `settings` are laid over those of the tokenizer. */
  async function run(made: Uint8Array, tokenizer: object = {}, settings: object = {}) {
    const folder = scratch('texts');
    cpSync(join(golden, 'wordpiece'), folder, { recursive: true });
    const json = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8'));
    put(join(folder, 'tokenizer.json'), { ...json, ...tokenizer });
    put(join(folder, 'tokenizer_config.json'), settings);
    const model = put(join(folder, 'model.onnx'), made);
    const dataset = join(folder, 'texts.jsonl');
    const lines = texts.map((text, k) => JSON.stringify({ text: `${text}`, label: `${k % 2}` }));
    writeFileSync(dataset, lines.join('\n'));
    const opened = await openDataset(dataset, noOptions);
    const rows = Int32Array.from(texts.keys());
    const hashes: string[] = [];
    for (const row of rows) hashes.push(contentHash(await opened.read(row)));
    let told: OpenedModel | undefined;
    await runTask(
      {
        ...{ model, dataset, content: 'text', options: noOptions, rows, hashes },
        ...{ cache: join(folder, 'cache'), modelHash: 'x', threads: 1 },
      },
      {
        opened: one => {
          told = one;
        },
        ...{ progress: () => undefined, waiting: () => undefined, remarked: () => undefined },
        failed: ([first]) => assert.fail(first?.notice.message),
      },
      (path, options, plan) => ({
        decode: decoderOf(path, options, plan),
        close: async () => undefined,
      }),
    );
    const reader = await openReader(join(folder, 'cache'), told?.key ?? '');
    assert.ok(reader && told);
    const stored: number[][] = [];
    for (const hash of hashes)
      for await (const { values } of reader.outputs(Int32Array.of(reader.rowOf(hash))))
        stored.push([...values]);
    reader.close();
    return { stored, plan: told.plan as TextPreprocessing };
  }

  /** What ONNX Runtime gives for each text alone; texts shorter than `least` tokens are padded to it. */
  async function alone(made: Uint8Array, mask: boolean, least = 1): Promise<number[][]> {
    const session = await InferenceSession.create(made, { logSeverityLevel: 3 });
    const given: number[][] = [];
    for (const ids of idsOf) {
      const whole = [...ids, ...Array<number>(Math.max(0, least - ids.length)).fill(0)];
      const tensor = (values: number[]) =>
        new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
      const more = {
        attention_mask: tensor(whole.map((_, t) => +(t < ids.length))),
        token_type_ids: tensor(whole.map(() => 0)),
      };
      const { logits } = await session.run({ input_ids: tensor(whole), ...(mask ? more : {}) });
      given.push([...(logits.data as Float32Array)]);
    }
    await session.release();
    return given;
  }

  function same(stored: number[][], wanted: number[][]): void {
    assert.equal(stored.length, wanted.length);
    for (const [k, row] of stored.entries())
      for (const [c, value] of row.entries())
        assert.ok(
          Math.abs(value - wanted[k][c]) < 1e-5,
          `"${texts[k]}": ${value}, not ${wanted[k][c]}`,
        );
  }

  const cases: [string, Network, object?, object?][] = [
    ['without a mask', { mask: false, positions: true }],
    ['with a mask', { mask: true, positions: true }],
    [
      'with a mask, padded on the left',
      { mask: true, positions: true },
      {},
      { padding_side: 'left' },
    ],
    ['quantised by what a call holds', { mask: true, quantized: true }],
  ];
  for (const [name, parts, tokenizer, settings] of cases)
    it(`give what each gives alone: a model ${name}`, async () => {
      const made = network(parts);
      const { stored, plan } = await run(made, tokenizer, settings);
      same(stored, await alone(made, parts.mask));
      // What is stored of other models stays valid: nothing of their plan may be new.
      assert.equal('leastLength' in plan, name !== 'with a mask');
    });

  it('are padded as far as the tokenizer of a model without a mask says, longer ones not at all', async () => {
    const made = network({ mask: false });
    const padding = { strategy: { Fixed: 8 }, direction: 'Right', pad_id: 0, pad_type_id: 0 };
    const { stored, plan } = await run(made, { padding });
    assert.equal(plan.leastLength, 8);
    assert.ok(idsOf.some(ids => ids.length > 8) && idsOf.some(ids => ids.length < 8));
    same(stored, await alone(made, false, 8));
  });
});
