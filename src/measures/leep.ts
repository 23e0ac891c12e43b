import type { Likelihood, OutputMeasure } from './measure.js';
import { inSample } from './parts/optimism.js';

/** P(y | x_i) = Σ_z P̂(y|z) θ_iz with P̂(y|z) = N(y, z) / M(z): the EEP, estimated with the sample itself. */
const eep: Likelihood = {
  marginal(m, out) {
    // A source class that no sample ever had contributes nothing.
    for (let z = 0; z < m.length; z++) out[z] = m[z] > 0 ? 1 / m[z] : 0;
  },
  row(joint, at, inverse, _counts, _y, out) {
    for (let z = 0; z < out.length; z++) out[z] = joint[at + z] * inverse[z];
  },
  likelihoods(theta, count, row, _marginal, out) {
    const classes = row.length;
    let k = 0;
    // Four samples at a time: each conditional is loaded once, and four sums do not wait for each other.
    for (; k + 4 <= count; k += 4) {
      const a = k * classes;
      const b = a + classes;
      const c = b + classes;
      const d = c + classes;
      let sa = 0;
      let sb = 0;
      let sc = 0;
      let sd = 0;
      for (let z = 0; z < classes; z++) {
        const p = row[z];
        sa += theta[a + z] * p;
        sb += theta[b + z] * p;
        sc += theta[c + z] * p;
        sd += theta[d + z] * p;
      }
      out[k] = sa;
      out[k + 1] = sb;
      out[k + 2] = sc;
      out[k + 3] = sd;
    }
    for (; k < count; k++) {
      const a = k * classes;
      let sum = 0;
      for (let z = 0; z < classes; z++) sum += theta[a + z] * row[z];
      out[k] = sum;
    }
  },
};

/**
 * LEEP = (1/n) Σ_i ln Σ_z P̂(y_i|z) θ(x_i)_z, as published: in-sample, and so biased upwards when n is small against the
 * classes. Its interval is for its expected value at this sample size, bias included.
 */
export const leep: OutputMeasure = {
  id: 'leep',
  name: 'LEEP',
  family: 'likelihood',
  hint: 'LEEP as published: each image also helps to predict itself, which favours models with many classes when images are few. In nats; higher is better.',
  needs: 'outputs',
  range: [Number.NEGATIVE_INFINITY, 0],
  direction: 'higher',
  noSignal: '-H(Y)',
  unit: 'nats',
  predicts: 'fine-tuning',
  cost: 'n Cs time, Ct Cs memory',
  validity:
    'few source classes in effect against the samples: it scores the samples it was fitted on',
  source:
    'Nguyen, Hassner, Seeger, Archambeau: LEEP, ICML 2020 (arXiv 2002.12462), the score T(θ, D)',
  likelihood: eep,
  value: ({ counts, logLikelihood }) => logLikelihood.reduce((a, b) => a + b, 0) / counts.n,
  invalid: regime => inSample(regime, regime.softSourceClasses),
};
