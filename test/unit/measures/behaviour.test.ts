import assert from 'node:assert/strict';
import {
  type Evaluation,
  evaluate,
  type MeasureInput,
  measures,
} from '../../../src/measures/index.js';
import { normals, random } from '../../../src/numerics/random.js';
import { measureInput, outputsOf, profilesOf, rowTable } from '../../support/measureInput.js';

/** What data of a case are made of. */
interface Made {
  n: number;
  targetClasses: number;
  sourceClasses: number;
  d: number;
  groupCount: number;
  labels: (i: number) => number;
  /** Changes θ of a sample, or its features. */
  outputs?: (theta: Float64Array) => void;
  features?: (x: Float32Array) => void;
}

const usual: Made = {
  ...{ n: 60, targetClasses: 3, sourceClasses: 7, d: 8, groupCount: 6 },
  labels: i => i % 3,
};

/** Data that occur, and on which formulas divide by nothing, take logarithms of it or invert what has no inverse. */
const cases: Record<string, Made> = {
  'usual data': usual,
  'fewer samples than features': { ...usual, n: 24, d: 40 },
  'one sample a class': { ...usual, n: 12, targetClasses: 12, labels: i => i },
  'a class without a sample': { ...usual, targetClasses: 4 },
  'a gap in the labels': { ...usual, targetClasses: 6, labels: i => [0, 2, 5][i % 3] },
  'a source class that is never predicted': {
    ...usual,
    outputs(theta) {
      theta[2] = 0;
    },
  },
  'duplicated and constant features': {
    ...usual,
    features(x) {
      x[1] = x[0];
      x.fill(0.1, 6);
    },
  },
  'features with a mean 100 times their deviation': {
    ...usual,
    features: x => x.set(x.map(v => v + 100)),
  },
  'one-hot probabilities': {
    ...usual,
    outputs(theta) {
      const best = theta.indexOf(Math.max(...theta));
      theta.fill(0);
      theta[best] = 1;
    },
  },
  'uniform probabilities': { ...usual, outputs: theta => theta.fill(1) },
  'two classes': { ...usual, targetClasses: 2, sourceClasses: 2, labels: i => i % 2 },
  'a thousand target classes and a thousand source classes': {
    ...{ n: 2000, targetClasses: 1000, sourceClasses: 1000, d: 6, groupCount: 2 },
    labels: i => i % 1000,
  },
};

/** Measures whose scores say that they must not be trusted, or that there is none. */
const doubted: Record<string, readonly string[]> = {
  'fewer samples than features': ['nce', 'hScore', 'sfda', 'etran', 'ncti'],
  'one sample a class': [
    ...['leep', 'nce', 'hScore', 'hScoreShrunk', 'gbc', 'nLeep', 'parc', 'sfda', 'etran', 'ncti'],
    ...['lda', 'ridgeProbe'],
  ],
  'a thousand target classes and a thousand source classes': [
    'leep',
    'nce',
    'hScoreShrunk',
    'nLeep',
  ],
};

function inputOf(made: Made): MeasureInput {
  const { n, targetClasses, sourceClasses, d, groupCount } = made;
  const next = random(3);
  const normal = normals(next);
  const labels = Int32Array.from({ length: n }, (_, i) => made.labels(i));
  const theta = outputsOf(
    labels,
    profilesOf(targetClasses, sourceClasses, 0.7, next),
    sourceClasses,
    2,
    next,
  );
  const means = Float64Array.from({ length: targetClasses * d }, normal);
  const features = Float32Array.from(
    { length: n * d },
    (_, at) => means[labels[Math.floor(at / d)] * d + (at % d)] + normal(),
  );
  for (let i = 0; i < n; i++) {
    const row = theta.subarray(i * sourceClasses, (i + 1) * sourceClasses);
    made.outputs?.(row);
    const sum = row.reduce((a, b) => a + b, 0);
    for (let z = 0; z < sourceClasses; z++) row[z] /= sum;
    made.features?.(features.subarray(i * d, (i + 1) * d));
  }
  const groups = Int32Array.from({ length: n }, (_, i) => (i * 5) % groupCount);
  const logits = Float32Array.from(theta, p => Math.log(Math.max(p, 1e-12)));
  return {
    ...measureInput(theta, labels, { targetClasses, groups, groupCount, blockRows: 500 }),
    features: rowTable(features, d, 500),
    logits: rowTable(logits, sourceClasses, 500),
    facts: { parameters: 1e6, fileSize: 4e6, sourceAccuracy: 0.7 },
  };
}

for (const [name, made] of Object.entries(cases))
  describe(`every measure, given ${name}`, () => {
    let scores: Evaluation['scores'];
    before(async function () {
      this.timeout(120_000);
      scores = (
        await evaluate(
          measures.map(m => m.id),
          inputOf(made),
        )
      ).scores;
    });

    for (const measure of measures)
      it(`${measure.id} is a number in its range, or says why not`, () => {
        const { value, valid, note, replicates, parts } = scores[measure.id];
        assert.equal(valid, !doubted[name]?.includes(measure.id), note);
        if (!valid) assert.match(note ?? '', /\w/);
        if (measure.needs === 'pool') {
          assert.equal(parts?.length, made.groupCount + 1);
          if (valid)
            for (const part of parts ?? [])
              for (const [key, of] of Object.entries(part))
                assert.ok(Number.isFinite(of), `${key}: ${of}`);
          return;
        }
        const [low, high] = measure.range;
        if (Number.isFinite(value))
          assert.ok(value > low - 1e-9 && value < high + 1e-9, `${value}`);
        else assert.ok(!valid, `${value}`);
        if (!valid || measure.needs === 'model') return;
        assert.equal(replicates?.length, made.groupCount);
        for (const without of replicates ?? []) assert.ok(Number.isFinite(without), `${without}`);
      });
  });
