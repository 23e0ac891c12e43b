import assert from 'node:assert/strict';
import { parc } from '../../../src/measures/parc.js';
import { principalComponents } from '../../../src/measures/parts/pca.js';
import type { FeatureData } from '../../../src/measures/passes/featureData.js';
import { near } from '../../support/near.js';
import {
  awkwardSets,
  dataOf,
  groupsOf,
  hidden,
  mapped,
  normalSet,
  partOf,
  pick,
  referenceCases,
} from './featureSets.js';

const scoreOf = async (data: FeatureData) => (await parc.fit(data)).value;

/** 100 times Pearson's correlation of average ranks, over the pairs of rows that are kept, by the definition. */
function naive(z: number[][], labels: ArrayLike<number>): number {
  const pairs: { far: number; other: number }[] = [];
  const unit = z.map(row => {
    const mean = row.reduce((a, b) => a + b, 0) / row.length;
    const length = Math.sqrt(row.reduce((s, v) => s + (v - mean) ** 2, 0));
    return row.map(v => (v - mean) / length);
  });
  for (let i = 0; i < z.length; i++)
    for (let j = 0; j < i; j++)
      pairs.push({
        far: 1 - unit[i].reduce((s, v, k) => s + v * unit[j][k], 0),
        other: labels[i] === labels[j] ? 0 : 1,
      });
  const ranks = (values: number[]): number[] =>
    values.map(
      v => values.filter(w => w < v - 1e-9).length + values.filter(w => w <= v + 1e-9).length,
    );
  const [a, b] = [ranks(pairs.map(p => p.far)), ranks(pairs.map(p => p.other))];
  const mean = (v: number[]) => v.reduce((x, y) => x + y, 0) / v.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: number[], mx: number, y: number[], my: number) =>
    x.reduce((s, v, k) => s + (v - mx) * (y[k] - my), 0);
  const scale = product(a, ma, a, ma) * product(b, mb, b, mb);
  return (100 * product(a, ma, b, mb)) / Math.sqrt(scale);
}

describe('PARC', () => {
  for (const set of referenceCases())
    it(`equals the reference value: ${set.name}`, async () => {
      const { value, components } = set.expected.parc;
      for (const data of [dataOf(set), dataOf(set, { blockRows: 1 }), hidden(set)]) {
        const fitted = await parc.fit(data);
        near(fitted.value, value, 1e-6, 'value');
        assert.equal(fitted.details?.components, components);
        assert.equal(fitted.details?.samples, set.labels.length);
      }
    });

  it('does not depend on the scale of the features', async () => {
    const set = normalSet({ n: 50, d: 7, targetClasses: 4, seed: 6 });
    const scaled = mapped(set, x => x.map(v => v * 1024));
    near(await scoreOf(dataOf(scaled)), await scoreOf(dataOf(set)), 1e-9, 'scaled');
  });

  it('is the phi coefficient of two components, whose correlation is 1 or -1', async () => {
    const set = normalSet({ n: 60, d: 2, targetClasses: 3, seed: 2 });
    const { scores, squares } = await principalComponents(dataOf(set));
    const side = set.labels.map((_, i) =>
      scores[2 * i] / Math.sqrt(squares[0]) > scores[2 * i + 1] / Math.sqrt(squares[1]) ? 1 : 0,
    );
    const table = [0, 0, 0, 0];
    for (let i = 0; i < 60; i++)
      for (let j = 0; j < i; j++)
        table[(side[i] === side[j] ? 0 : 1) + (set.labels[i] === set.labels[j] ? 0 : 2)]++;
    const [a, b, c, d] = table;
    const phi = (a * d - b * c) / Math.sqrt((a + b) * (c + d) * (a + c) * (b + d));
    assert.ok(phi > 0.05, `${phi}`);
    near(await scoreOf(dataOf(set)), 100 * phi, 1e-9, 'phi');
  });

  it('without a group is what the rest gives along the same standardised components', async () => {
    for (const set of [
      normalSet({ n: 40, d: 9, targetClasses: 4, seed: 7, offset: 3, spread: 0.5 }),
      pick(
        normalSet({ n: 14, d: 5, targetClasses: 2, seed: 8 }),
        [0, 1, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 3],
      ),
    ]) {
      const n = set.labels.length;
      const groups = groupsOf(n, 5);
      const data = dataOf(set, { groups });
      const { value, without } = await parc.fit(data);
      const { count, scores, squares } = await principalComponents(data);
      const z = Array.from({ length: n }, (_, i) =>
        Array.from(squares, (s, k) => scores[i * count + k] / Math.sqrt(s)),
      );
      near(value, naive(z, set.labels), 1e-9, 'all');
      for (const g of [0, 3]) {
        const kept = (_: unknown, i: number) => groups[i] !== g;
        const expected = naive(z.filter(kept), set.labels.filter(kept));
        near((await without?.(g)) ?? Number.NaN, expected, 1e-9, `group ${g}`);
      }
    }
  });

  it('compares 2000 of more samples: nearly the same score, and the same one each time', async () => {
    const all = normalSet({ n: 5000, d: 6, targetClasses: 7, seed: 12, spread: 0.6 });
    const { value, details } = await parc.fit(dataOf(all));
    assert.equal(details?.samples, 2000);
    assert.equal(await scoreOf(dataOf(all)), value);
    near(value, await scoreOf(dataOf(partOf(all, i => i < 2000))), 0.05, 'other samples');
  });

  it('is nothing where labels say nothing', async () => {
    const set = normalSet({ n: 300, d: 6, targetClasses: 4, seed: 13, spread: 0 });
    assert.ok(Math.abs(await scoreOf(dataOf(set))) < 2);
  });

  for (const [name, set, targetClasses] of awkwardSets())
    it(`is finite or says why: ${name}`, async () => {
      const { value, doubt } = await parc.fit(dataOf(set, { targetClasses }));
      const classes = new Set(set.labels).size;
      const regime = { n: set.labels.length, targetClasses: classes } as never;
      const none = classes === 1 || parc.invalid?.(regime) || doubt;
      if (none) assert.ok(Number.isNaN(value), `${value}`);
      else assert.ok(Math.abs(value) <= 100 + 1e-9, `${value}`);
    });
});
