import assert from 'node:assert/strict';
import { defaultMeasures, evaluate } from '../../../src/measures/index.js';
import { normals, random } from '../../../src/numerics/random.js';
import { jackknifeGroups } from '../../../src/ranking/index.js';
import { measureInput, rowTable } from '../../support/measureInput.js';

describe('a thousand target classes and a thousand source classes', () => {
  it('give every default measure a value and an interval, two samples a class', async () => {
    const [n, d, classes] = [2000, 16, 1000];
    const normal = normals(random(1));
    const labels = Int32Array.from({ length: n }, (_, i) => i % classes);
    const means = Float64Array.from({ length: classes * d }, normal);
    const features = Float32Array.from(
      { length: n * d },
      (_, k) => means[labels[Math.floor(k / d)] * d + (k % d)] + 0.3 * normal(),
    );
    const theta = new Float32Array(n * classes).fill(0.2 / classes);
    for (let i = 0; i < n; i++) theta[i * classes + labels[i]] += 0.8;
    const { groups, groupCount } = jackknifeGroups(n, 0);
    const input = {
      ...measureInput(theta, labels, { groups, groupCount, blockRows: 500 }),
      features: rowTable(features, d, 500),
      facts: { parameters: 1, fileSize: 1, sourceAccuracy: null },
    };
    const { scores } = await evaluate(defaultMeasures, input);
    // Every source class has two samples' worth: P̂(y|z) is θ itself.
    const eep = (0.8 + 0.2 / classes) ** 2 + (classes - 1) * (0.2 / classes) ** 2;
    assert.ok(Math.abs(scores.leep.value - Math.log(eep)) < 1e-6, `${scores.leep.value}`);
    assert.equal(scores.nce.value, 0);
    assert.ok(scores.leepLoo.value < scores.leep.value);
    assert.ok(scores.knn.value > 0.3 && scores.ridgeProbe.value > 0);
    for (const id of defaultMeasures) {
      const { value, replicates } = scores[id];
      assert.ok(Number.isFinite(value), id);
      if (id !== 'parameters')
        assert.ok(replicates?.length === groupCount && replicates.every(Number.isFinite), id);
    }
  }).timeout(60_000);
});
