import assert from 'node:assert/strict';
import { evaluate } from '../../../src/measures/index.js';
import { knn } from '../../../src/measures/knn.js';
import { neighboursOf } from '../../../src/measures/parts/neighbours.js';
import { normals, random } from '../../../src/numerics/random.js';
import { jackknifeCovariance } from '../../../src/ranking/jackknife.js';
import { measureInput, rowTable } from '../../support/measureInput.js';
import { near } from '../../support/near.js';
import {
  comparesWithGolden,
  featureData,
  gaussians,
  goldenCase,
  leavesGroupsOut,
  pick,
  type Samples,
  survives,
} from './probeCases.js';

/** The other samples, most similar first; a tie (1e-12) goes to the one that comes first. */
function order({ features, dimension: d, labels }: Samples, i: number): number[] {
  const row = (k: number) => [...features.subarray(k * d, (k + 1) * d)];
  const norm = (a: number[]) => Math.sqrt(a.reduce((sum, v) => sum + v * v, 0)) || 1;
  const a = row(i);
  const similarity = [...labels.keys()].map(j => {
    const b = row(j);
    const product = a.reduce((sum, v, k) => sum + v * b[k], 0);
    return Math.round((product / norm(a) / norm(b)) * 2 ** 40);
  });
  return [...labels.keys()]
    .filter(j => j !== i)
    .sort((j, k) => similarity[k] - similarity[j] || j - k);
}

function naive(samples: Samples): number {
  const { labels } = samples;
  const right = [...labels.keys()].filter(i => {
    const nearest = order(samples, i).slice(0, 5);
    const votes = (y: number) => nearest.filter(j => labels[j] === y).length;
    const most = Math.max(...nearest.map(j => votes(labels[j])));
    return labels[nearest.find(j => votes(labels[j]) === most) ?? -1] === labels[i];
  });
  return right.length / labels.length;
}

/** Every sample several times, and some rows of zeros: nothing but ties. */
function copies(): Samples {
  const { features, ...rest } = gaussians(200, 5, 4, { groups: 5, spread: 0.5 });
  for (let i = 0; i < 200; i++) {
    const from = (i % 3) * 5;
    if (i >= 3) features.copyWithin(5 * i, from, from + 5);
    if (i > 180) features.fill(0, 5 * i, 5 * i + 5);
  }
  return { ...rest, features };
}

describe('nearest neighbours', () => {
  comparesWithGolden(knn, 'accuracy', ['accuracy']);
  survives(knn);

  it('is what sorting all similarities gives', async () => {
    for (const [name, samples] of Object.entries({
      blobs: gaussians(300, 6, 5, { spread: 0.6 }),
      copies: copies(),
      few: gaussians(4, 3, 2),
    }))
      for (const blockRows of [7, 64, 1000]) {
        const { value } = await knn.fit(featureData(samples, { blockRows }));
        near(value, naive(samples), 0, `${name} in blocks of ${blockRows}`);
      }
  });

  it('finds the neighbours themselves, whatever is held at once', async () => {
    for (const samples of [gaussians(150, 8, 3), copies(), goldenCase('offset')]) {
      const n = samples.labels.length;
      for (const held of [48e6, 4 * samples.dimension * 13]) {
        const { nearest, width, sure } = await neighboursOf(featureData(samples), {
          held,
          pairs: 1e9,
        });
        for (let i = 0; i < n; i++) {
          assert.ok(sure[i] >= 12);
          assert.deepEqual(
            [...nearest.subarray(i * width, i * width + sure[i])],
            order(samples, i).slice(0, sure[i]),
          );
        }
      }
    }
  });

  it('leaves groups out exactly, also where neighbours are of the same group', async () => {
    const scattered = gaussians(160, 4, 4, { spread: 0.6, groups: 7 });
    // Groups are places: without a group its neighbours lose nearly all of theirs.
    const places = {
      ...scattered,
      groups: Int32Array.from({ length: 160 }, (_, i) =>
        Math.floor(2.5 + 2.4 * Math.tanh(scattered.features[4 * i])),
      ),
    };
    for (const samples of [scattered, places, copies()])
      await leavesGroupsOut(knn, samples, (_, left) => naive(left), 0);
    const { outside } = await neighboursOf(featureData(places));
    assert.ok(outside.size > 0, 'some lists must run out');
  });

  it('judges a seeded draw where pairs are too many', async () => {
    const samples = gaussians(300, 6, 5, { spread: 0.6, groups: 6 });
    const data = featureData(samples);
    const limits = { held: 5000, pairs: 2 * 300 * 6 * 90 };
    const { asked, nearest, width, sure } = await neighboursOf(data, limits);
    assert.equal(asked.length, 90);
    asked.forEach((i, q) => {
      const list = nearest.subarray(q * width, q * width + sure[q]);
      assert.deepEqual([...list], order(samples, i).slice(0, sure[q]));
    });
    const { value, details, without } = await knn.fit(data);
    assert.equal(details?.judged, 90);
    assert.ok(Math.abs(value - naive(samples)) < 0.15);
    assert.ok(without && Number.isFinite(await without(2)));
  });

  it('knows its variance, which the jackknife puts at three times as much', async () => {
    const [n, d, sets] = [100, 6, 250];
    const values: number[] = [];
    let known = 0;
    let jackknife = 0;
    for (let seed = 0; seed < sets; seed++) {
      // The same population: what spreads classes does not depend on the seed.
      const next = random(1000 + seed);
      const normal = normals(next);
      const labels = Int32Array.from({ length: n }, () => Math.floor(3 * next()));
      const features = Float32Array.from(
        { length: n * d },
        (_, k) => normal() + (labels[Math.floor(k / d)] === k % d ? 1.2 : 0),
      );
      const groups = Int32Array.from({ length: n }, (_, i) => i);
      const input = { ...measureInput(new Float64Array(n).fill(1), labels, { groups }) };
      const table = { ...input, groupCount: n, features: rowTable(features, d) };
      const { value, replicates, variance } = (await evaluate(['knn'], table)).scores.knn;
      assert.ok(replicates);
      values.push(value);
      known += (variance ?? Number.NaN) / sets;
      jackknife += jackknifeCovariance([replicates])[0] / sets;
      if (seed > 0) continue;
      const together = (await evaluate(['knn'], { ...table, clustered: true })).scores.knn;
      assert.equal(together.variance, null, 'samples that belong together are not independent');
    }
    const mean = values.reduce((a, b) => a + b, 0) / sets;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (sets - 1);
    // Its own standard error is 9 % of it.
    assert.ok(known > 0.75 * variance && known < 1.35 * variance, `${known / variance}`);
    assert.ok(jackknife > 2 * variance, `${jackknife / variance}`);
  });

  it('does not depend on the order of samples nor on their length, and keeps its lists for other labels', async () => {
    const samples = gaussians(120, 9, 3, { spread: 0.5 });
    const rows = [...samples.labels.keys()].sort((a, b) => ((a * 37) % 120) - ((b * 37) % 120));
    const features = samples.features.map((v, at) => v * (1 + (Math.floor(at / 9) % 4)));
    const data = featureData(samples);
    const { value } = await knn.fit(data);
    near((await knn.fit(featureData(pick(samples, rows)))).value, value, 0, 'in another order');
    near((await knn.fit(featureData({ ...samples, features }))).value, value, 0, 'scaled rows');
    const labels = samples.labels.map(y => (y + 1) % 3);
    const other = data.relabelled(labels);
    assert.equal(await neighboursOf(other), await neighboursOf(data));
    near((await knn.fit(other)).value, value, 0, 'labels by other names');
  });
});
