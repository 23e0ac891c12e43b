import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultMeasures, evaluate } from '../../../src/measures/index.js';
import { measureInput } from '../../support/measureInput.js';
import { readNpz } from '../../support/npz.js';
import { referenceData, root } from '../../support/referenceData.js';

interface SmallCase {
  name: string;
  probs: number[][];
  labels: number[];
  expected: Record<string, number>;
}

interface Peers {
  scores: Record<string, { score?: number | string }>;
}

/** Labels of a file, renumbered densely, and the rows that are wanted. */
async function scoresOf(path: string, keep: (row: number) => boolean = () => true) {
  const { probs, labels } = readNpz(path);
  const [n, sourceClasses] = probs.shape;
  const rows = Array.from({ length: n }, (_, i) => i).filter(keep);
  const raw = rows.map(i => Number(labels.data[i]));
  const present = [...new Set(raw)].sort((a, b) => a - b);
  const theta = new Float32Array(rows.length * sourceClasses);
  rows.forEach((i, k) => {
    const from = i * sourceClasses;
    theta.set((probs.data as Float32Array).subarray(from, from + sourceClasses), k * sourceClasses);
  });
  const input = measureInput(
    theta,
    raw.map(y => present.indexOf(y)),
  );
  return (await evaluate(defaultMeasures, input)).scores;
}

function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${what}: ${actual} is not within ${tolerance} of ${expected}`,
  );
}

const golden = join(root, 'test', 'golden');

describe('measures against golden values', () => {
  const cases: SmallCase[] = JSON.parse(readFileSync(join(golden, 'small_cases.json'), 'utf8'));
  for (const { name, probs, labels, expected } of cases) {
    it(`small case: ${name}`, async () => {
      const theta = Float64Array.from(probs.flat());
      const { scores } = await evaluate(['leep', 'nce'], measureInput(theta, labels));
      near(scores.leep.value, expected.leep, 1e-9, 'LEEP');
      near(scores.nce.value, expected.nce, 1e-9, 'NCE');
    });
  }

  const peers = (path: string) => {
    const found: Peers = JSON.parse(readFileSync(path.replace(/npz$/, 'json'), 'utf8'));
    return (name: string) => Number(found.scores[name].score);
  };

  /** The peers that are right: TLlib's LEEP is NaN where a source class is dead, PARC's NCE adds mass to every cell. */
  const comparePeers = async (path: string) => {
    const peer = peers(path);
    const scores = await scoresOf(path);
    const dead = Number.isNaN(peer('leep'));
    if (dead) near(scores.leep.value, peer('leep_survey'), 1e-6, 'LEEP');
    else near(scores.leep.value, peer('leep'), 1e-6, 'LEEP');
    near(scores.nce.value, peer('nce'), 1e-6, 'NCE');
    assert.ok(Number.isFinite(scores.leepLoo.value));
    return { dead };
  };

  for (const name of ['tiny', 'binary'])
    it(`equals public implementations: ${name}`, async () => {
      await comparePeers(join(golden, `${name}.npz`));
    });

  it('equals the public implementation that survives a dead source class', async () => {
    const { dead } = await comparePeers(join(golden, 'dead_source_class.npz'));
    assert.ok(dead);
  });

  it('equals public implementations on all of golden-peers (needs the reference data)', async function () {
    const folder = referenceData('golden-peers');
    if (!folder) return this.skip();
    const files = readdirSync(folder).filter(name => name.endsWith('.npz'));
    assert.ok(files.length >= 5);
    for (const file of files) await comparePeers(join(folder, file));
  });

  it('equals the golden scores of real models on real images (needs the reference data)', async function () {
    const path = referenceData('golden', 'scores.json');
    if (!path) return this.skip();
    const { cases } = JSON.parse(readFileSync(path, 'utf8')) as {
      cases: {
        target: string;
        source: string;
        scores_all: Record<string, number>;
        scores_train_rows: Record<string, number>;
      }[];
    };
    assert.ok(cases.length >= 12);
    for (const { target, source, scores_all, scores_train_rows } of cases) {
      const file = referenceData('golden', `${target}__${source}.npz`);
      assert.ok(file, `${target}__${source}.npz`);
      const train = readNpz(file).train.data;
      for (const [expected, scores] of [
        [scores_all, await scoresOf(file)],
        [scores_train_rows, await scoresOf(file, i => train[i] !== 0)],
      ] as const) {
        near(scores.leep.value, expected.leep, 1e-6, `LEEP of ${source} on ${target}`);
        near(scores.nce.value, expected.nce, 1e-6, `NCE of ${source} on ${target}`);
      }
    }
  });
});
