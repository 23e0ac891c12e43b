import type { Likelihood, OutputMeasure } from './measure.js';

/**
 * P(y_i | x_i) = Σ_z θ_iz (N(y_i, z) - θ_iz + π_i) / (M(z) - θ_iz + 1): the EEP without the sample itself, smoothed by one
 * sample a source class that is spread like the other samples' labels, π_i = n_{y_i} / (n - 1 + Ct).
 */
export const leaveOneOut: Likelihood = {
  marginal(m, out) {
    for (let z = 0; z < m.length; z++) out[z] = m[z] + 1;
  },
  row(joint, at, _marginal, counts, y, out) {
    const prior = counts.ofClass[y] / (counts.n - 1 + counts.present);
    for (let z = 0; z < out.length; z++) out[z] = joint[at + z] + prior;
  },
  likelihoods(theta, count, row, marginal, out) {
    const classes = row.length;
    let k = 0;
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
        const up = row[z];
        const low = marginal[z];
        const ta = theta[a + z];
        const tb = theta[b + z];
        const tc = theta[c + z];
        const td = theta[d + z];
        sa += (ta * (up - ta)) / (low - ta);
        sb += (tb * (up - tb)) / (low - tb);
        sc += (tc * (up - tc)) / (low - tc);
        sd += (td * (up - td)) / (low - td);
      }
      out[k] = sa;
      out[k + 1] = sb;
      out[k + 2] = sc;
      out[k + 3] = sd;
    }
    for (; k < count; k++) {
      const a = k * classes;
      let sum = 0;
      for (let z = 0; z < classes; z++) {
        const t = theta[a + z];
        sum += (t * (row[z] - t)) / (marginal[z] - t);
      }
      out[k] = sum;
    }
  },
};

/**
 * Leave-one-out LEEP: each sample is scored by the EEP of the others, in closed form, without folds and without a seed.
 * Unlike raw LEEP it does not favour sources with many classes when samples are few.
 */
export const leepLoo: OutputMeasure = {
  id: 'leepLoo',
  name: 'LEEP (leave-one-out)',
  family: 'likelihood',
  hint: 'How well the model’s own class probabilities predict your labels, each image judged without itself. Mean log-likelihood in nats; higher is better.',
  needs: 'outputs',
  range: [Number.NEGATIVE_INFINITY, 0],
  direction: 'higher',
  noSignal: '-H(Y)',
  unit: 'nats',
  predicts: 'fine-tuning',
  cost: 'n Cs time, Ct Cs memory',
  validity: 'any number of samples',
  source:
    'Nguyen et al.: LEEP, ICML 2020 (arXiv 2002.12462), the score T(θ, D) with each sample left out of its own P̂(y|z) and additive smoothing 1',
  likelihood: leaveOneOut,
  value: ({ counts, logLikelihood }) => logLikelihood.reduce((a, b) => a + b, 0) / counts.n,
};
