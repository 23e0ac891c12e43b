import assert from 'node:assert/strict';
import { evaluate } from '../../../src/measures/index.js';
import { normals, random } from '../../../src/numerics/random.js';
import { measureInput, rowTable } from '../../support/measureInput.js';

const ids = ['hScoreShrunk', 'logMe', 'ridgeProbe', 'knn'];

describe('the interactions of groups in measures of features', () => {
  for (const [n, d] of [
    [120, 12],
    [60, 90],
  ])
    it(`are those of pairs of groups left out together, n = ${n} and d = ${d}`, async () => {
      const [classes, groupCount] = [4, 20];
      const next = random(n);
      const normal = normals(next);
      const labels = Int32Array.from({ length: n }, (_, i) => i % classes);
      const means = Float64Array.from({ length: classes * d }, () => 0.5 * normal());
      const features = Float32Array.from(
        { length: n * d },
        (_, k) => means[labels[Math.floor(k / d)] * d + (k % d)] + normal(),
      );
      const theta = new Float64Array(2 * n).fill(0.5);
      const groups = Int32Array.from({ length: n }, () => Math.floor(next() * groupCount));
      const scoresBy = async (grouping: Int32Array, count: number) =>
        (
          await evaluate(ids, {
            ...measureInput(theta, labels, { groups: grouping, groupCount: count }),
            features: rowTable(features, d),
            // Or else kNN would know its variance otherwise.
            clustered: true,
          })
        ).scores;
      const single = await scoresBy(groups, groupCount);
      // Left out as if they had been one group from the start; too few of them for interactions of their own.
      const paired = await scoresBy(
        groups.map(g => g >> 1),
        groupCount / 2,
      );
      for (const id of ids) {
        const { value, replicates, interaction } = single[id];
        const both = paired[id].replicates;
        assert.ok(replicates && both);
        const q = Array.from(
          both,
          (without, p) =>
            groupCount * value -
            (groupCount - 1) * (replicates[2 * p] + replicates[2 * p + 1]) +
            (groupCount - 2) * without,
        );
        const mean = q.reduce((a, b) => a + b, 0) / q.length;
        const expected = q.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (q.length - 1) / 2;
        assert.ok(
          Math.abs((interaction ?? Number.NaN) - expected) <= 1e-6 * expected + 1e-15,
          `${id}: ${interaction}, ${expected}`,
        );
        assert.equal(paired[id].interaction, null);
      }
    });
});
