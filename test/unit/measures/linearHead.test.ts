import assert from 'node:assert/strict';
import { linearHead } from '../../../src/measures/linearHead.js';
import { coordinatesOf, type Part, trainHead } from '../../../src/measures/parts/softmaxHead.js';
import { near } from '../../support/near.js';
import { comparesWithGolden, featureData, gaussians, goldenCase, survives } from './probeCases.js';

describe('linear head', () => {
  comparesWithGolden(linearHead, 'logLikelihood', ['accuracy', 'macroF1']);
  survives(linearHead, (name, { value }) => {
    // Nothing is learnt: the shares of the classes are 1/3 in every fold.
    if (name === 'only constant features') near(value, Math.log(1 / 3), 1e-3, name);
    // No fold has been trained: all classes are as likely.
    if (name === 'one sample a class') near(value, -Math.log(6), 1e-12, name);
    if (name === 'far from zero') assert.ok(value > -0.5);
  });

  it('does not depend on scale and offset of single features, nor on names of classes', async () => {
    const samples = goldenCase('twoClasses');
    const { value } = await linearHead.fit(featureData(samples));
    const d = samples.dimension;
    const changed = {
      ...samples,
      features: samples.features.map((v, at) => v * 4 ** ((at % d) % 3)),
      labels: samples.labels.map(y => 1 - y),
    };
    near((await linearHead.fit(featureData(changed))).value, value, 1e-6, 'changed');
  });

  it('trains the head of least loss: all derivatives vanish, also where samples are read in blocks', async () => {
    const samples = gaussians(90, 5, 3, { spread: 0.7 });
    const data = featureData(samples);
    const l2 = 0.01;
    const coordinates = await coordinatesOf(data, l2);
    assert.ok(coordinates);
    const { standard } = coordinates;
    const z = samples.features.map(
      (v, at) => (v - standard.centre[at % 5]) / standard.scale[at % 5],
    );
    const parts: Part[] = [{ rows: 90, z, labels: samples.labels }];
    const { head } = await trainHead(
      () => parts,
      90,
      3,
      l2,
      coordinates,
      data.blas,
      data.pace,
      null,
    );
    // Samples that are read anew each time, in blocks.
    const again = await trainHead(
      async function* () {
        for (const [from, to] of [
          [0, 31],
          [31, 90],
        ])
          yield {
            rows: to - from,
            z: z.slice(5 * from, 5 * to),
            labels: samples.labels.slice(from, to),
          };
      },
      90,
      3,
      l2,
      coordinates,
      data.blas,
      data.pace,
      null,
    );
    head.weights.forEach((w, at) => {
      near(again.head.weights[at], w, 1e-5, `weight ${at}`);
    });
    const loss = (change: number, at: number): number => {
      let sum = 0;
      const w = head.weights.slice();
      const b = head.intercepts.slice();
      if (at < w.length) w[at] += change;
      else b[at - w.length] += change;
      for (let i = 0; i < 90; i++) {
        const scores = [0, 1, 2].map(c => {
          let s = b[c];
          for (let j = 0; j < 5; j++) s += w[c * 5 + j] * z[i * 5 + j];
          return s;
        });
        sum += Math.log(scores.reduce((t, s) => t + Math.exp(s), 0)) - scores[samples.labels[i]];
      }
      return sum / 90 + (l2 / 2) * w.reduce((t, v) => t + v * v, 0);
    };
    for (let at = 0; at < 18; at++)
      near((loss(1e-4, at) - loss(-1e-4, at)) / 2e-4, 0, 2e-6, `derivative ${at}`);
  });

  it('leaves a group out of the mean of held-out log-likelihoods', async () => {
    const samples = gaussians(100, 6, 4, { spread: 0.8, groups: 5 });
    const { value, without } = await linearHead.fit(featureData(samples));
    assert.ok(without && samples.groups);
    let sum = 0;
    for (let g = 0; g < 5; g++) {
      const size = samples.groups.filter(h => h === g).length;
      const rest = await without(g);
      assert.notEqual(rest, value);
      // The terms of the group are what is missing from the sum.
      sum += 100 * value - (100 - size) * rest;
    }
    near(sum, 100 * value, 1e-9, 'the terms of all groups');
  });
});
