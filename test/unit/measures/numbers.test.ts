import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate, measureIds, permutationNull } from '../../../src/measures/index.js';
import { logMe } from '../../../src/measures/logMe.js';
import { ridgeProbe } from '../../../src/measures/ridgeProbe.js';
import { measureInput, rowTable } from '../../support/measureInput.js';
import { near } from '../../support/near.js';
import { root } from '../../support/referenceData.js';
import { featureData, type Samples } from './probeCases.js';

interface Case {
  dimension: number;
  columns: number;
  features: number[];
  targets: number[];
  logMe: number;
  ridgeProbe: number;
  lambda: number;
}

const cases: Record<string, Case> = JSON.parse(
  readFileSync(join(root, 'test', 'golden', 'measures', 'numbers.json'), 'utf8'),
);

function samplesOf({ dimension, columns, features, targets }: Case, groupCount = 1): Samples {
  const n = targets.length / columns;
  return {
    features: Float32Array.from(features),
    dimension,
    labels: new Int32Array(n),
    groups: Int32Array.from({ length: n }, (_, i) => (i * 7) % groupCount),
    numbers: { columns, values: Float64Array.from(targets) },
  };
}

/** All samples but those of a group. */
function without(samples: Samples, group: number): Samples {
  const { features, dimension: d, groups = new Int32Array(), numbers } = samples;
  const { columns, values } = numbers as NonNullable<Samples['numbers']>;
  const rows = [...groups.keys()].filter(i => groups[i] !== group);
  const some = (all: ArrayLike<number>, width: number) =>
    rows.flatMap(row => Array.from({ length: width }, (_, k) => all[row * width + k]));
  return {
    features: Float32Array.from(some(features, d)),
    dimension: d,
    labels: new Int32Array(rows.length),
    numbers: { columns, values: Float64Array.from(some(values, columns)) },
  };
}

describe('labels that are numbers', () => {
  for (const [name, expected] of Object.entries(cases)) {
    it(`LogME and the ridge probe equal an independent computation: ${name}`, async () => {
      const data = featureData(samplesOf(expected));
      near((await logMe.fit(data)).value, expected.logMe, 1e-7, 'logMe');
      const { value, details } = await ridgeProbe.fit(data);
      near(value, expected.ridgeProbe, 1e-9, 'ridgeProbe');
      near(details?.lambda ?? 0, expected.lambda, 1e-9 * expected.lambda, 'lambda');
      assert.deepEqual(Object.keys(details ?? {}), ['lambda']);
    });

    it(`LogME leaves groups out as a fit of the rest does: ${name}`, async () => {
      const samples = samplesOf(expected, 6);
      const fitted = await logMe.fit(featureData(samples));
      for (let g = 0; g < 6; g++) {
        const rest = (await logMe.fit(featureData(without(samples, g)))).value;
        // What the group changes is right to about a hundredth (see logMe).
        const change = Math.abs(rest - fitted.value);
        near((await fitted.without?.(g)) ?? Number.NaN, rest, 0.03 * change + 1e-6, `${g}`);
      }
    });
  }

  it('in another unit take ln of it off LogME and nothing off the ridge probe', async () => {
    const samples = samplesOf(cases['three-columns']);
    const values = samples.numbers?.values.map(t => 1000 * t) as Float64Array;
    const larger = featureData({ ...samples, numbers: { columns: 3, values } });
    const data = featureData(samples);
    const [a, b] = [(await logMe.fit(data)).value, (await logMe.fit(larger)).value];
    near(b, a - Math.log(1000), 1e-9, 'logMe');
    near((await ridgeProbe.fit(larger)).value, (await ridgeProbe.fit(data)).value, 1e-12, 'ridge');
  });

  it('that do not vary leave nothing to predict', async () => {
    const samples = samplesOf(cases['one-column']);
    const values = samples.numbers?.values.map(() => 4) as Float64Array;
    const { value, doubt } = await ridgeProbe.fit(
      featureData({ ...samples, numbers: { columns: 1, values } }),
    );
    assert.ok(Number.isNaN(value));
    assert.ok(doubt);
  });

  it('are refused, with the reason, by every measure that compares classes', async () => {
    const { features, dimension, labels, groups, numbers } = samplesOf(cases['one-column'], 10);
    const input = {
      ...measureInput(new Float32Array(2 * labels.length).fill(0.5), labels, {
        groups,
        groupCount: 10,
      }),
      features: rowTable(features, dimension),
      numbers,
      facts: { parameters: 5, fileSize: 6, sourceAccuracy: 0.5 },
    };
    const { scores } = await evaluate(measureIds, input);
    const valid = Object.keys(scores).filter(id => scores[id].valid);
    assert.deepEqual(valid.sort(), [
      'fileSize',
      'logMe',
      'parameters',
      'ridgeProbe',
      'sourceAccuracy',
    ]);
    for (const [id, score] of Object.entries(scores))
      if (!score.valid) assert.match(score.note ?? '', /are numbers/, id);
    assert.equal(scores.ridgeProbe.replicates?.length, 10);
    assert.ok(scores.ridgeProbe.replicates?.every(Number.isFinite));
    const shuffled = await permutationNull('ridgeProbe', input, { seed: 1, count: 5 });
    assert.ok(shuffled?.every(value => value < scores.ridgeProbe.value));
  });
});
