import type { ModelReport, Report } from '../../src/report/schema.js';
import { verdict } from '../../src/report/verdict.js';

/** A scored model of a report. */
export function scoredModel(id: string, value: number, half = 0.05): ModelReport {
  const score = { value, low: value - half, high: value + half, valid: true };
  return {
    id,
    path: `/models/${id}/model.onnx`,
    name: id,
    format: 'onnx',
    status: 'scored',
    sourceClasses: 10,
    featureDimension: 64,
    preprocessing: { size: { value: { height: 28, width: 28 }, from: 'graph' } },
    scores: {
      leepLoo: score,
      leep: { ...score, value: value + 0.01 },
      nce: { value: null, low: null, high: null, valid: false, note: 'not computed' },
    },
    seconds: { load: 0.1, infer: 0.2, score: 0.01 },
    imagesPerSecond: 900,
    bytes: 218_816,
  };
}

/** A failed model of a report. */
export function failedModel(id: string): ModelReport {
  return {
    ...scoredModel(id, 0),
    status: 'failed',
    reason: { code: 'model.empty', message: `/models/${id}/model.onnx: the file is empty.` },
    scores: {},
    imagesPerSecond: null,
  };
}

/** A report of models in order of rank; the first `tied` share the first place. */
export function reportOf(models: ModelReport[], tied = 1, more: Partial<Report> = {}): Report {
  const order = models.filter(m => m.status === 'scored').map(m => m.id);
  const report: Report = {
    schema: 1,
    dataset: {
      path: '/data/digits',
      name: 'digits',
      layout: 'imageFolder',
      classes: ['0', '1'],
      size: 1797,
      scored: 1797,
      split: 'all',
      available: 1797,
      labelEntropy: Math.LN2,
    },
    models,
    ranking: {
      by: 'leepLoo',
      order,
      winner: tied === 1 ? (order[0] ?? null) : null,
      ties: order.length > 0 ? [order.slice(0, tied), ...order.slice(tied).map(id => [id])] : [],
      probabilityBest: Object.fromEntries(order.map((id, k) => [id, k < tied ? 1 / tied : 0])),
      unranked: [],
      signal: true,
    },
    warnings: [],
    provenance: {
      version: '0.1.0',
      runtimes: { node: '20.20.2' },
      seed: 0,
      dropped: 0,
      date: '2026-01-01T00:00:00.000Z',
    },
    ...more,
  };
  return { ...report, verdict: verdict(report).map(n => ({ ...n, params: { ...n.params } })) };
}
