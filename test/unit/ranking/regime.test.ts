import assert from 'node:assert/strict';
import { type RunFacts, regimeChecks } from '../../../src/ranking/index.js';

const model = (id: string, more: object = {}) => ({
  id,
  name: id,
  sourceClasses: 10,
  size: 1,
  scores: { leep: -1, nce: -1 },
  ...more,
});

/** A run that nothing is wrong with. */
const sound: RunFacts = {
  n: 2000,
  split: 'train',
  classes: [
    { name: 'cat', count: 1000 },
    { name: 'dog', count: 1000 },
  ],
  labelEntropy: Math.log(2),
  models: ['a', 'b', 'c', 'd'].map(id => model(id)),
  tauWithSize: 0.3,
  otherLeader: null,
  pooled: [],
};

const codes = (facts: Partial<RunFacts>) =>
  regimeChecks.flatMap(({ check }) => check({ ...sound, ...facts })?.notice.code ?? []);

describe('regime checks', () => {
  it('say nothing where nothing is wrong', () => assert.deepEqual(codes({}), []));

  const wrong: [string, Partial<RunFacts>][] = [
    [
      'run.rareClasses',
      {
        classes: [
          { name: 'cat', count: 4 },
          { name: 'dog', count: 9 },
        ],
      },
    ],
    ['run.classCounts', { models: [model('a'), model('b', { sourceClasses: 31 })] }],
    ['run.fewSamples', { models: [model('a', { sourceClasses: 201 })] }],
    ['run.calibration', { models: [model('a', { scores: { leep: -0.6, nce: -0.4 } })] }],
    ['run.sizeOnly', { tauWithSize: 1 }],
    [
      'run.imbalance',
      {
        classes: [
          { name: 'cat', count: 1000 },
          { name: 'dog', count: 100 },
        ],
      },
    ],
    ['run.testSplit', { split: 'test' }],
    ['run.pooled', { pooled: ['NCTI'] }],
    ['run.familiesDisagree', { otherLeader: { model: 'b', measure: 'Ridge probe' } }],
  ];
  for (const [code, facts] of wrong)
    it(`give ${code} where that is so`, () => assert.deepEqual(codes(facts), [code]));

  it('have each its case here', () => assert.equal(wrong.length, regimeChecks.length));

  it('do not speak of size for few models, nor of calibration without both scores', () => {
    assert.deepEqual(codes({ tauWithSize: 1, models: [model('a'), model('b')] }), []);
    assert.deepEqual(codes({ models: [model('a', { scores: { nce: -0.1 } })] }), []);
  });
});
