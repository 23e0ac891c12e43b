import assert from 'node:assert/strict';
import { evaluate } from '../../../src/measures/index.js';
import { normals, random } from '../../../src/numerics/random.js';
import { populationOf } from '../../../src/pipeline/population.js';
import { interval } from '../../../src/ranking/index.js';
import { measureInput } from '../../support/measureInput.js';

const [patients, images, classes, sourceClasses] = [80, 8, 3, 6];
const n = patients * images;
const measures = ['leep', 'nce', 'leepLoo'];

/** What a model gives for images of patients: each has one diagnosis, and images of one patient are much alike. */
function study(seed: number) {
  const next = random(seed);
  const normal = normals(next);
  // The model is the same in all studies.
  const profile = normals(random(99));
  const profiles = Float64Array.from({ length: classes * sourceClasses }, () => profile());
  const labels = new Int32Array(n);
  const patient = new Int32Array(n);
  const theta = new Float64Array(n * sourceClasses);
  for (let p = 0; p < patients; p++) {
    const y = Math.floor(next() * classes);
    const own = Array.from({ length: sourceClasses }, () => normal());
    for (let k = 0; k < images; k++) {
      const i = p * images + k;
      labels[i] = y;
      patient[i] = p;
      const row = own.map((u, z) => Math.exp(profiles[y * sourceClasses + z] + u + 0.2 * normal()));
      const sum = row.reduce((a, b) => a + b);
      theta.set(
        row.map(e => e / sum),
        i * sourceClasses,
      );
    }
  }
  return { labels, patient, theta };
}

/** Scores of a study with their intervals, with or without knowing whose image is whose. */
async function scored(seed: number, grouped: boolean) {
  const { labels, patient, theta } = study(seed);
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const population = populationOf(
    { rows, hashes: Array.from(rows, String) },
    { labels, classes: ['a', 'b', 'c'], groups: grouped ? patient : null },
    new Set(),
    seed,
  );
  const { groups, groupCount } = population;
  const input = measureInput(theta, population.labels, { groups, groupCount, blockRows: n });
  const { scores } = await evaluate(measures, { ...input, clustered: population.clustered });
  return measures.map(id => {
    const { value, replicates, ...known } = scores[id];
    assert.ok(replicates, id);
    const { low, high } = interval(value, replicates, known);
    assert.ok(low !== null && high !== null, id);
    return { value, low, high };
  });
}

describe('intervals of samples that belong together', () => {
  it('hold the expected score in nine studies of ten and more, where those of single images miss it', async function () {
    this.timeout(120_000);
    const studies = 120;
    const known: Awaited<ReturnType<typeof scored>>[] = [];
    const ignored: typeof known = [];
    for (let seed = 1; seed <= studies; seed++) {
      known.push(await scored(seed, true));
      ignored.push(await scored(seed, false));
    }
    measures.forEach((id, m) => {
      const expected = known.reduce((sum, s) => sum + s[m].value, 0) / studies;
      const holds = (some: typeof known) =>
        some.filter(s => s[m].low <= expected && expected <= s[m].high).length / studies;
      const width = (some: typeof known) =>
        some.reduce((sum, s) => sum + s[m].high - s[m].low, 0) / studies;
      const said = `${id}: ${holds(known)} with groups, ${holds(ignored)} without; width ${width(known)}, ${width(ignored)}`;
      assert.ok(holds(known) >= 0.9, said);
      assert.ok(holds(ignored) < 0.75, said);
      assert.ok(width(known) > 1.5 * width(ignored), said);
    });
  });
});
