import assert from 'node:assert/strict';
import { evaluate, worstFits } from '../../../src/measures/index.js';
import { random } from '../../../src/numerics/random.js';
import { measureInput, outputsOf, profilesOf, randomLabels } from '../../support/measureInput.js';

/** Outputs that say much of the labels. */
function drawn(n = 300, strength = 2, targetClasses = 4, sourceClasses = 7) {
  const next = random(5);
  const labels = randomLabels(n, targetClasses, next);
  const profiles = profilesOf(targetClasses, sourceClasses, strength, next);
  return { labels, theta: outputsOf(labels, profiles, sourceClasses, 1.5, next), sourceClasses };
}

describe('how single samples fit', () => {
  it("the classes' parts add up to leave-one-out LEEP", async () => {
    const { labels, theta } = drawn();
    const input = measureInput(theta, labels);
    const { classes } = await worstFits(input, 0);
    const { scores } = await evaluate(['leepLoo'], input);
    const total = classes.reduce((sum, c) => sum + c.sum, 0) / labels.length;
    assert.ok(Math.abs(total - scores.leepLoo.value) < 1e-12);
    assert.deepEqual(
      classes.map(c => c.count),
      [0, 1, 2, 3].map(y => labels.filter(l => l === y).length),
    );
  });

  it('they do where samples come in groups and where a class has none', async () => {
    const { labels, theta } = drawn();
    const groups = Int32Array.from(labels, (_, i) => i >> 2);
    const input = { ...measureInput(theta, labels), groups, groupCount: 75, targetClasses: 6 };
    const { classes } = await worstFits(input, 0);
    const { scores } = await evaluate(['leepLoo'], input);
    const total = classes.reduce((sum, c) => sum + c.sum, 0) / labels.length;
    assert.ok(Math.abs(total - scores.leepLoo.value) < 1e-12);
    assert.deepEqual(
      classes.slice(4).map(c => [c.sum, c.count]),
      [
        [0, 0],
        [0, 0],
      ],
    );
  });

  it('each is judged by the formula, without itself, the worst first', async () => {
    const { labels, theta, sourceClasses } = drawn(60);
    const { samples } = await worstFits(measureInput(theta, labels), 60);
    assert.equal(samples.length, 60);
    for (const [k, sample] of samples.entries()) {
      const { row } = sample;
      const by = (y: number) => {
        const prior = labels.filter(l => l === y).length / (59 + 4);
        let p = 0;
        for (let z = 0; z < sourceClasses; z++) {
          let [joint, marginal] = [0, 0];
          for (let i = 0; i < 60; i++) {
            if (i === row) continue;
            marginal += theta[i * sourceClasses + z];
            if (labels[i] === y) joint += theta[i * sourceClasses + z];
          }
          p += (theta[row * sourceClasses + z] * (joint + prior)) / (marginal + 1);
        }
        return p;
      };
      const all = [0, 1, 2, 3].map(by);
      assert.ok(Math.abs(Math.exp(sample.logLikelihood) - all[labels[row]]) < 1e-12);
      assert.ok(Math.abs(sample.probability - Math.max(...all)) < 1e-12);
      assert.equal(sample.likeliest, all.indexOf(Math.max(...all)));
      if (k > 0) assert.ok(sample.logLikelihood >= samples[k - 1].logLikelihood);
    }
  });

  it('finds labels that were exchanged, and marks them', async () => {
    const { labels, theta } = drawn(400, 5, 4, 12);
    const wrong = Int32Array.from(labels);
    const changed = Array.from({ length: 40 }, (_, k) => 10 * k);
    for (const i of changed) wrong[i] = (labels[i] + 1) % 4;
    const { samples } = await worstFits(measureInput(theta, wrong), 80);
    const suspects = samples.filter(s => s.suspect).map(s => s.row);
    const right = suspects.filter(i => changed.includes(i));
    // The threshold is an average, so that about every second one passes it; one sample in ten is labelled wrong.
    assert.ok(right.length >= 12, `${right.length} of 40 were found`);
    assert.ok(right.length > 0.5 * suspects.length, `${right.length} of ${suspects.length}`);
  });

  it('marks none where the model tells too little to say so', async () => {
    const { labels, theta } = drawn(400, 5);
    // Nearly the same outputs for every image.
    const weak = theta.map(p => 0.02 * p + 0.98 / 7);
    const { samples } = await worstFits(measureInput(weak, labels), 80);
    assert.deepEqual(
      samples.filter(s => s.suspect),
      [],
    );
  });
});
