import assert from 'node:assert/strict';
import { factsOf } from '../../../src/pipeline/facts.js';
import type { Scores } from '../../../src/pipeline/scores.js';
import type { Outcome, RunState } from '../../../src/pipeline/state.js';
import type { Report } from '../../../src/report/schema.js';

const common = { hashes: ['x', 'y', 'z'], classes: ['ant', 'bee'], labels: [0, 1, 1] };
const state = {
  common,
  target: { sample: { rows: [] }, dataset: { splits: null, path: 'data' } },
  job: { seed: 0 },
};
const run = (final: boolean) => ({ ...state, final }) as unknown as RunState;

const outcome = (id: string, architecture: { name: string } | null = null) =>
  ({
    entry: { id, name: `${id}.onnx`, bytes: 1 },
    prediction: { reader: { classes: 10 }, opened: { architecture } },
    evaluation: {},
    population: common,
  }) as unknown as Outcome;
const outcomes = [outcome('a', { name: 'resnet18' }), outcome('b')];

const score = (value: number, valid = true) => ({ value, valid, replicates: null });
const scores = new Map(
  [
    { leepLoo: score(-0.1), nce: score(-0.3), logMe: score(9, false), parameters: score(1) },
    { leepLoo: score(-0.2), nce: score(-0.2), logMe: score(1), parameters: score(5) },
  ].map((own, k) => [outcomes[k].entry.id, own as unknown as Scores]),
);
const ranking: Report['ranking'] = {
  ...{ by: 'leepLoo', order: ['a', 'b'], winner: null, ties: [['a', 'b']] },
  ...{ probabilityBest: {}, unranked: [], signal: true },
};
const factsIn = (final: boolean, more: Partial<Report['ranking']> = {}) =>
  factsOf(run(final), outcomes, scores, { ...ranking, ...more }, 0.6);

describe('the facts of a run', () => {
  it('count the samples of each class', () =>
    assert.deepEqual(factsIn(true).classes, [
      { name: 'ant', count: 1 },
      { name: 'bee', count: 2 },
    ]));

  it('name the network where it is known, else the model', () =>
    assert.deepEqual(
      factsIn(true).models.map(m => m.network),
      ['resnet18', 'b.onnx'],
    ));

  it('name the leaders, and whom each trusted measure of the samples of several models puts first', () => {
    const { leaders, firsts } = factsIn(true);
    assert.deepEqual(leaders, ['a', 'b']);
    assert.deepEqual(firsts, ['a', 'b']);
  });

  it('name nobody before all models are done, nor where nothing is found in the data', () => {
    for (const facts of [factsIn(false), factsIn(true, { signal: false })])
      assert.deepEqual([facts.leaders, facts.firsts], [[], []]);
  });
});
