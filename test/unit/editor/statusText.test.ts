import assert from 'node:assert/strict';
import {
  leaders,
  type Numbers,
  progressText,
  statusText,
  type Translate,
} from '../../../src/editor/statusText.js';
import type { RunProgress } from '../../../src/protocol/job.js';
import type { PanelState } from '../../../src/protocol/panel.js';
import type { Report } from '../../../src/report/schema.js';

const t: Translate = (text, ...args) =>
  text.replace(/\{(\d)\}/g, (_, i) => String(args[Number(i)]));

const numbers: Numbers = { count: String, duration: seconds => `${seconds / 60} min` };

function reportOf(names: string[], ranking: Partial<Report['ranking']>): Report {
  return {
    schema: 1,
    dataset: {
      path: '/data',
      name: 'data',
      layout: 'imageFolder',
      classes: ['a', 'b'],
      size: 10,
      scored: 10,
      split: 'all',
    },
    models: names.map((name, i) => ({
      id: `id${i}`,
      path: `/${name}`,
      name,
      format: 'onnx',
      status: 'scored',
      sourceClasses: 2,
      featureDimension: null,
      preprocessing: {},
      scores: { leepLoo: { value: -0.42 - i, low: -0.5 - i, high: -0.3 - i, valid: true } },
      seconds: { load: 0, infer: 0, score: 0 },
      imagesPerSecond: null,
    })),
    ranking: {
      by: 'leepLoo',
      order: names.map((_, i) => `id${i}`),
      winner: names.length > 0 ? 'id0' : null,
      ties: names.map((_, i) => [`id${i}`]),
      probabilityBest: {},
      unranked: [],
      ...ranking,
    },
    measures: [
      {
        id: 'leepLoo',
        name: 'LEEP (leave-one-out)',
        family: 'likelihood',
        hint: '',
        range: [null, 0],
        direction: 'higher',
        noSignal: null,
        unit: 'nats',
        predicts: 'fine-tuning',
        validity: '',
        source: '',
      },
    ],
    warnings: [],
    provenance: { version: '0', runtimes: {}, seed: 0, dropped: 0, date: '2026-01-01T00:00:00Z' },
  };
}

function textOf(state: Partial<PanelState>): string | undefined {
  return statusText(
    { status: 'done', report: null, progress: null, stale: [], ...state },
    t,
    numbers,
  )?.text;
}

describe('status bar', () => {
  it('is hidden until there is a run', () => {
    assert.equal(textOf({ status: 'empty' }), undefined);
  });

  it('counts models while a run is in progress, failed ones included', () => {
    const model = { name: 'm', path: '/m', done: 0, total: 10, imagesPerSecond: null };
    const progress: RunProgress = {
      phase: 'inference',
      dataset: 'digits',
      models: [
        { ...model, id: '1', state: 'scored' },
        { ...model, id: '2', state: 'failed' },
        { ...model, id: '3', state: 'running' },
      ],
      secondsLeft: null,
      secondsForAll: null,
      scored: 10,
      available: 10,
    };
    assert.equal(textOf({ status: 'running' }), '$(loading~spin) TransferLens');
    assert.equal(textOf({ status: 'running', progress }), '$(loading~spin) TransferLens 2/3');
    // Seconds are not counted down at the edge of the eye; the hover has them, and the speed.
    const soon = { ...progress, secondsLeft: 60 };
    soon.models[2].imagesPerSecond = 412;
    assert.equal(textOf({ status: 'running', progress: soon }), '$(loading~spin) TransferLens 2/3');
    const later = { ...soon, secondsLeft: 120 };
    const state = { status: 'running' as const, report: null, progress: later, stale: [] };
    assert.deepEqual(statusText(state, t, numbers), {
      text: '$(loading~spin) TransferLens 2/3 · 2 min left',
      label: 'TransferLens: 2 of 3 models · 412 samples/s · 2 min left',
    });
    assert.equal(progressText(soon, t, numbers), '2 of 3 models · 412 samples/s · 1 min left');
  });

  it('names the leader with its score', () => {
    const report = reportOf(['lenet', 'cnn', 'random'], {});
    assert.equal(
      textOf({ report }),
      '$(beaker) lenet leads · LEEP (leave-one-out) −0.42 · 3 models',
    );
  });

  it('calls what ranks by its own name, in the language of the editor', () => {
    const report = reportOf(['lenet', 'cnn'], {});
    const chinese: Translate = (text, ...args) =>
      text === 'LEEP (leave-one-out)' ? 'LEEP（留一法）' : t(text, ...args);
    const state = { status: 'done' as const, report, progress: null, stale: [] };
    assert.match(statusText(state, chinese, numbers)?.text ?? '', / · LEEP（留一法） −0\.42 · /);
    const old = textOf({ report: { ...report, measures: undefined } });
    assert.match(old ?? '', / · leepLoo −0\.42 · /);
  });

  it('shows a single model without calling it the leader', () => {
    const report = reportOf(['lenet'], {});
    assert.equal(textOf({ report }), '$(beaker) lenet · LEEP (leave-one-out) −0.42');
  });

  it('counts the models that tie for the first place', () => {
    const report = reportOf(['a', 'b', 'c'], { winner: null, ties: [['id0', 'id1'], ['id2']] });
    assert.equal(
      textOf({ report }),
      '$(beaker) 2 models tie · LEEP (leave-one-out) −0.42 · 3 models',
    );
    report.ranking.probabilityBest = { id0: 0.98, id1: 0.02 };
    assert.match(
      textOf({ report }) ?? '',
      /^\$\(beaker\) a very likely best · /,
      'as the panel does',
    );
  });

  it('names no leader where none stands out, nor a tie of models without a signal', () => {
    const tie = { winner: null, ties: [['id0', 'id1']], signal: false };
    assert.match(textOf({ report: reportOf(['a', 'b'], tie) }) ?? '', /no model stands out/);
    const report = reportOf(['a', 'b'], { winner: null });
    assert.equal(
      textOf({ report }),
      '$(beaker) no model stands out · LEEP (leave-one-out) −0.42 · 2 models',
    );
  });

  it('warns where nothing could be ranked, and where a file changed', () => {
    assert.match(textOf({ report: reportOf([], {}) }) ?? '', /^\$\(warning\) .*no model/);
    const stale = textOf({ report: reportOf(['a', 'b'], {}), stale: ['/a'] });
    assert.match(stale ?? '', /^\$\(warning\) a leads .* stale$/);
  });

  it('keeps what a cancelled or failed run has scored, and says so of one without rows', () => {
    const report = reportOf(['a', 'b'], {});
    assert.match(textOf({ status: 'cancelled', report }) ?? '', /a leads/);
    assert.equal(textOf({ status: 'cancelled' }), undefined);
    const none = textOf({ status: 'cancelled', report: reportOf([], {}) });
    assert.match(none ?? '', /was cancelled$/);
    assert.match(textOf({ status: 'failed' }) ?? '', /^\$\(warning\)/);
  });

  it('draws no icon that a name asks for', () => {
    const text = textOf({ report: reportOf(['$(flame)x', 'b'], {}) }) ?? '';
    assert.equal(text.match(/\$\(/g)?.length, 1);
  });

  it('lists the first three with intervals', () => {
    assert.deepEqual(leaders(reportOf(['a', 'b', 'c', 'd'], {})), [
      { name: 'a', score: '−0.42', interval: '[−0.50, −0.30]' },
      { name: 'b', score: '−1.42', interval: '[−1.50, −1.30]' },
      { name: 'c', score: '−2.42', interval: '[−2.50, −2.30]' },
    ]);
  });
});
