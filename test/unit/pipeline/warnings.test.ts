import assert from 'node:assert/strict';
import { factsOf } from '../../../src/pipeline/facts.js';
import { populationOf } from '../../../src/pipeline/population.js';
import type { Outcome, RunState } from '../../../src/pipeline/state.js';
import { warningsOf } from '../../../src/pipeline/warnings.js';
import { type Notice, notice } from '../../../src/protocol/notice.js';

/** What the warnings read of a run over samples of these labels; `hashes` default to all different. */
function stateOf(
  labels: number[],
  more: { hashes?: string[]; dropped?: string[]; unreadable?: Notice[] } = {},
): RunState {
  const samples = {
    rows: Int32Array.from(labels.keys()),
    hashes: more.hashes ?? labels.map((_, k) => `h${k}`),
  };
  const classes = ['ant', 'bee', 'cat'];
  const common = populationOf(
    samples,
    { labels: Int32Array.from(labels), classes, groups: null },
    new Set(more.dropped),
    0,
  );
  const unreadable = (more.unreadable ?? []).map((n, k) => ({
    row: 1000 + k,
    hash: '',
    notice: n,
  }));
  const sample = { rows: { length: labels.length + unreadable.length } };
  const dataset = {
    ...{ notices: [], classes, labels, splits: null, path: '/data' },
    sampleName: (i: number) => `${i}.png`,
    sampleFile: (i: number) => `/data/${i}.png`,
  };
  return { target: { dataset, sample, samples, unreadable }, common } as unknown as RunState;
}

/** A scored model with so many source classes. */
function outcomeOf(id: string, classes: number, more: object = {}): Outcome {
  return {
    entry: { id, name: id, path: `/models/${id}.onnx`, format: 'onnx', bytes: 1 },
    prediction: {
      reader: { classes },
      opened: { notices: [], labels: null },
      failed: new Map(),
      remarks: new Map(),
      ...more,
    },
    inspection: { kind: { value: 'logits', from: 'values' }, unusable: new Set() },
    evaluation: {},
    seconds: { load: 0, infer: 0, score: 0 },
  } as unknown as Outcome;
}

const ranking = {
  by: 'leepLoo',
  order: [],
  winner: null,
  ties: [],
  probabilityBest: {},
  unranked: [],
};
const warned = (state: RunState, outcomes: Outcome[]) =>
  warningsOf(state, outcomes, factsOf(state, outcomes, new Map(), ranking, 1));
const twice = (n: number) => Array.from({ length: 2 * n }, (_, k) => k % 2);
const thrice = (n: number) => Array.from({ length: 3 * n }, (_, k) => k % 3);
const codes = (state: RunState, outcomes: Outcome[] = []) =>
  warned(state, outcomes).map(w => w.code);

describe('the warnings of a run', () => {
  it('are none where nothing is wrong', () => {
    assert.deepEqual(codes(stateOf(thrice(100)), [outcomeOf('a', 10), outcomeOf('b', 12)]), []);
  });
  it('name classes with few samples', () => {
    const [warning] = warned(stateOf([...twice(10), 2, 2]), []);
    assert.equal(warning.code, 'run.rareClasses');
    assert.deepEqual(warning.params, { classes: 'cat', n: 1, few: 5 });
  });
  it('count the same image under two labels, not under one', () => {
    const hashes = twice(10).map((_, k) => `h${k}`);
    hashes[1] = 'h0';
    hashes[4] = 'h2';
    const [warning] = warned(stateOf(twice(10), { hashes }), []);
    assert.equal(warning.code, 'run.conflictingLabels');
    assert.deepEqual(warning.params, { n: 1, example: '0.png', other: '1.png' });
  });
  it('say that label sets differ in size, and which models have too many classes for the samples', () => {
    const found = warned(stateOf(thrice(100)), [outcomeOf('a', 10), outcomeOf('b', 31)]);
    assert.deepEqual(
      found.map(w => [w.code, w.models]),
      [
        ['run.classCounts', ['a', 'b']],
        ['run.fewSamples', ['b']],
      ],
    );
  });
  it('count what was left out, and name the first five samples with a problem', () => {
    const gone = Array.from({ length: 4 }, (_, k) =>
      notice('dataset.sampleUnreadable', { file: `/data/gone${k}.png`, detail: 'x' }),
    );
    const failed = new Map(
      ['h3', 'h4', 'h5', 'of another dataset'].map(hash => [
        hash,
        notice('image.empty', { file: '/elsewhere/x.png' }),
      ]),
    );
    const state = stateOf(thrice(20), { unreadable: gone, dropped: ['h3', 'h4', 'h5'] });
    const found = warned(state, [outcomeOf('a', 3, { failed }), outcomeOf('b', 3, { failed })]);
    assert.deepEqual(
      found.map(w => w.message.split(':')[0].split(' were ')[0]),
      [
        '/data/gone0.png',
        '/data/gone1.png',
        '/data/gone2.png',
        '/data/gone3.png',
        '/data/3.png',
        '2 more samples have a problem of the same kinds.',
        '7 of 64 samples',
      ],
    );
  });
  it('leave out a failed model’s samples: its row says why it failed', () => {
    const failed = new Map([['h3', notice('image.empty', { file: 'x' })]]);
    const outcome = {
      ...outcomeOf('a', 3, { failed }),
      evaluation: undefined,
      failure: notice('model.empty', { file: 'a' }),
    };
    assert.deepEqual(codes(stateOf(twice(20)), [outcome]), []);
  });
  it('tell of sigmoids and of class names that do not fit', () => {
    const odd = outcomeOf('a', 3, { opened: { notices: [], labels: ['x'] } });
    odd.inspection = { kind: { value: 'sigmoids', from: 'values' }, unusable: new Set() };
    assert.deepEqual(codes(stateOf(twice(50)), [odd]), ['model.sigmoids', 'model.labelCount']);
  });
});
