import assert from 'node:assert/strict';
import { type RunFacts, regimeChecks } from '../../../src/ranking/index.js';

const model = (id: string, more: object = {}) => ({
  id,
  name: id,
  network: id,
  sourceClasses: 10,
  size: 1,
  variation: 1,
  scores: { leep: -1, nce: -1 },
  ...more,
});

/** A run that nothing is wrong with. */
const sound: RunFacts = {
  n: 3000,
  splits: new Set(['train']),
  classes: ['cat', 'dog', 'elk'].map(name => ({ name, count: 1000 })),
  labelEntropy: Math.log(3),
  models: ['a', 'b', 'c', 'd'].map(id => model(id)),
  tauWithSize: 0.3,
  otherLeader: null,
  pooled: [],
  leaders: ['a'],
  firsts: ['a', 'a', 'a', 'a'],
};

/** A tenth of H(Y) is explained. */
const far = { leepLoo: -0.9 * Math.log(3) };

const codes = (facts: Partial<RunFacts>) =>
  regimeChecks.flatMap(({ code, check }) => (check({ ...sound, ...facts }) ? code : []));

describe('regime checks', () => {
  it('say nothing where nothing is wrong', () => assert.deepEqual(codes({}), []));

  const wrong: [string, Partial<RunFacts>][] = [
    [
      'run.rareClasses',
      {
        classes: [
          { name: 'cat', count: 4 },
          { name: 'dog', count: 9 },
          { name: 'elk', count: 9 },
        ],
      },
    ],
    ['run.classCounts', { models: [model('a'), model('b', { sourceClasses: 31 })] }],
    ['run.fewSamples', { models: [model('a', { sourceClasses: 301 })] }],
    ['run.calibration', { models: [model('a', { scores: { leep: -0.6, nce: -0.4 } })] }],
    ['run.sizeOnly', { tauWithSize: 1 }],
    [
      'run.imbalance',
      {
        classes: [
          { name: 'cat', count: 1000 },
          { name: 'dog', count: 100 },
          { name: 'elk', count: 500 },
        ],
      },
    ],
    [
      'run.families',
      { models: [model('a', { network: 'resnet50' }), model('b', { network: 'vit_tiny' })] },
    ],
    ['run.selfSupervised', { models: [model('vit_small.dino'), model('vit_small.augreg_in1k')] }],
    ['run.farFromSource', { models: ['a', 'b'].map(id => model(id, { scores: far })) }],
    ['run.twoClasses', { classes: sound.classes.slice(0, 2) }],
    ['run.trainingVaries', { leaders: ['a', 'b'] }],
    ['run.measuresDiffer', { leaders: ['d'], firsts: ['a', 'a', 'a', 'd'] }],
    ['run.testSplit', { splits: new Set(['test']) }],
    ['run.sameForAll', { models: [model('a'), model('b', { variation: 1e-5 })] }],
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

  it('speak of far data only where something is found in it, and not of what one of the sources knows', () => {
    const models = [model('a', { scores: far }), model('b', { scores: far })];
    assert.deepEqual(codes({ models, leaders: [] }), []);
    assert.deepEqual(codes({ models: [...models, model('c', { scores: { leepLoo: -0.2 } })] }), []);
    const [check] = regimeChecks.flatMap(({ check: c }) => c({ ...sound, models }) ?? []);
    assert.equal(check.params.percent, 10);
  });

  it('speak of the test split where there was none to choose by, not where all splits were asked for', () => {
    assert.deepEqual(codes({ splits: new Set(['val', 'test']) }), ['run.testSplit']);
    assert.deepEqual(codes({ splits: new Set(['train', 'test']) }), []);
  });

  it('take features for the same that differ by less than outputs, and name the models', () => {
    const features = (variation: number) => model('b', { sourceClasses: 0, variation });
    assert.deepEqual(codes({ models: [model('a'), features(5e-4)] }), []);
    assert.deepEqual(codes({ models: [model('a'), features(5e-5)] }), ['run.sameForAll']);
    const [check] = regimeChecks.flatMap(
      ({ check: c }) => c({ ...sound, models: [model('a'), features(0)] }) ?? [],
    );
    assert.deepEqual(check, { params: { models: 'b' }, models: ['b'] });
  });

  it('call outputs badly scaled, not the same, where the likeliest class tells something', () => {
    const models = [model('a', { variation: 5e-4, scores: { leep: -1.1, nce: -0.4 } })];
    assert.deepEqual(codes({ models }), ['run.calibration']);
  });

  it('count a measure for the leaders where it puts any of them first, and say nothing of a half', () => {
    const firsts = ['a', 'b', 'c', 'c'];
    assert.deepEqual(codes({ firsts, leaders: ['a', 'b'] }), ['run.trainingVaries']);
    assert.deepEqual(codes({ firsts, leaders: ['a'] }), ['run.measuresDiffer']);
    const otherLeader = { model: 'c', measure: 'Ridge probe' };
    assert.deepEqual(codes({ firsts, leaders: ['a'], otherLeader }), ['run.familiesDisagree']);
  });
});
