import type { Fits } from '../../src/protocol/fits.js';
import type { PanelState } from '../../src/protocol/panel.js';
import type { Joint } from '../../src/protocol/worker.js';
import { done, report } from '../fixtures/panel/build.js';
import * as kinds from '../fixtures/panel/kinds.js';
import { jointOf } from '../fixtures/panel/random.js';
import * as states from '../fixtures/panel/states.js';
import type { Panel } from '../support/panelHost.js';

/** One state of the panel, and what has to be in it. */
export interface Case {
  state: PanelState;
  heatmap?: (model: string) => Joint | null | Promise<Joint | null>;
  fits?: (model: string) => Fits | null | Promise<Fits | null>;
  /** What the user does first. */
  before?: (panel: Panel) => Promise<void>;
  /** Whether something in it never arrives. */
  loads?: boolean;
  headline: string;
  /** Headings below it, in order. */
  headings: string[];
  /** The ranking's first rows: place, name and headline score, or what stands for them. */
  rows: string[];
  /** Texts that must be visible. */
  says?: string[];
  /** Names of buttons that must be there. */
  buttons?: string[];
}

const why = ['What each class costs', 'What fits worst'];
const charts = ['Compare', 'Measure against measure'];
const origin = ['Evidence', 'Provenance', 'Preprocessing of each model'];
const pxyz = (model: string) => `P(y|z) of ${model}`;
const digitRows = [
  '1 digits-cnn −0.121',
  '2 digits-undertrained −1.254',
  '3 letters-cnn −1.873',
  '4 digits-random −2.262',
];
const whole = {
  heatmap: states.digitsHeatmap,
  fits: () => kinds.fits,
  headings: ['Ranking', pxyz('digits-cnn'), ...why, ...charts, ...origin],
};
const never = () => new Promise<null>(() => undefined);
const gone = () => {
  throw new Error('the store is gone');
};

/** Presses each of the first elements that a selector finds. */
const press =
  (selector: string, n = 1) =>
  async ({ page }: Panel) => {
    for (let k = 0; k < n; k++)
      await page.evaluate(
        ([all, at]) => document.querySelectorAll<HTMLElement>(all)[Number(at)].click(),
        [selector, String(k)],
      );
  };
const large = jointOf(
  'model-001',
  Array.from({ length: 300 }, (_, i) => `source class ${i + 1}`),
  Array.from({ length: 60 }, (_, i) => `target class ${i + 1}`),
  ...([2000, 6, 11] as const),
);
const compared = (n: number): Case => ({
  ...whole,
  state: states.paired,
  before: press('.ranking tbody input', n),
  headline: 'digits-cnn leads on 1,797 samples.',
  headings: [
    ...['Ranking', pxyz('digits-cnn'), ...why, 'Compare'],
    'Paired differences of LEEP (leave-one-out)',
    ...['Measure against measure', 'How far the measures agree', ...origin],
  ],
  rows: digitRows,
  says: ['1.090 to 1.176'],
  buttons: ['Untick all', 'Show the heatmap of digits-undertrained above'],
});

/** Every state that the panel has a design for. */
export const cases: Record<string, Case> = {
  empty: {
    state: states.empty,
    headline: 'Which of my models should I fine-tune?',
    headings: [],
    rows: [],
    buttons: ['Score Models…'],
  },
  starting: {
    state: states.justStarted,
    headline: 'Scoring 1 of 4 models…',
    headings: ['Ranking', 'P(y|z)'],
    rows: ['– digits-cnn', '– digits-undertrained'],
    says: ['The heatmap appears when the first model is scored.'],
    buttons: ['Cancel'],
  },
  running: {
    state: states.underWay,
    heatmap: states.digitsHeatmap,
    headline: 'Scoring 3 of 4 models…',
    headings: ['Ranking', pxyz('digits-undertrained'), ...origin],
    rows: ['1 digits-undertrained −1.254', '– digits-cnn', '– letters-cnn', '– digits-truncated'],
    says: ['About 42 s left. 1,204 samples/s.'],
    buttons: ['Cancel'],
  },
  complete: {
    ...whole,
    state: states.fourDigits,
    headline: 'digits-cnn leads on 1,797 samples.',
    rows: digitRows,
    says: ['Scored all 1,797 samples', 'all 4 models'],
    buttons: ['Run Again', 'Export…', 'Copy the table, tab-separated'],
  },
  next: {
    ...whole,
    state: kinds.withNext(),
    before: press('.next-step > summary'),
    headline: 'digits-cnn leads on 1,797 samples.',
    rows: digitRows,
    says: ['Next: train a new head on digits-cnn'],
    buttons: ['Copy Script'],
  },
  tie: {
    state: states.tenWithTies,
    heatmap: () => large,
    headline: 'efficientnet-b0, resnet50, and mobilenet-v2 cannot be told apart on 2,000 samples.',
    headings: ['Ranking', pxyz('efficientnet-b0'), ...charts, ...origin],
    rows: ['1–3 efficientnet-b0 −0.982', '1–3 resnet50 −0.990', '1–3 mobilenet-v2 −1.004'],
    says: ['Scored 2,000 of 40,000 samples', '0 of 10 models'],
    buttons: ['Use all (about 5 h)'],
  },
  doubtful: {
    ...whole,
    state: states.doubtful,
    before: press('.all-warnings summary'),
    headline: 'digits-cnn and digits-undertrained cannot be told apart on 1,797 samples.',
    rows: ['1–2 digits-cnn −0.121', '1–2 digits-undertrained −1.254'],
    says: ['5 more warnings', 'judge the trained models by AUROC'],
  },
  noSignal: {
    state: states.noSignal,
    headline:
      'No model scores above what shuffled labels give on 1,797 samples: none of them is worth choosing by this score.',
    headings: ['Ranking', pxyz('digits-random'), ...charts, ...origin],
    rows: ['1–2 digits-random −2.262', '1–2 digits-noise −2.290'],
  },
  partlyFailed: {
    ...whole,
    state: states.partlyFailed,
    headline: 'digits-cnn leads on 1,797 samples.',
    rows: [
      ...digitRows.slice(0, 2),
      '– digits-truncated models/digits-truncated.onnx: the file ends too early',
      '– letters-cnn models/letters-cnn.onnx: the process',
    ],
    says: ['2 models could not be scored.'],
  },
  weightsOnly: {
    ...whole,
    state: states.weightsOnly,
    headline: 'digits-cnn scores −0.121 nats on 1,797 samples.',
    headings: ['Ranking', pxyz('digits-cnn'), ...why, 'Evidence', ...origin.slice(1)],
    rows: ['1 digits-cnn −0.121', '– resnet18 models/resnet18.pth: the file holds only'],
  },
  allFailed: {
    state: states.allFailed,
    headline: 'No model could be scored; each row says why.',
    headings: ['Ranking', 'P(y|z)', ...origin.slice(1)],
    rows: ['– digits-truncated', '– letters-cnn'],
    says: ['No model could be scored, so there is no heatmap. Each row says why.'],
    buttons: ['Run Again'],
  },
  cancelled: {
    state: states.cancelled,
    heatmap: states.digitsHeatmap,
    headline: 'Cancelled after 2 of 4 models.',
    headings: ['Ranking', pxyz('digits-undertrained'), ...origin],
    rows: ['1 digits-undertrained −1.254'],
    says: ['What was computed is kept: resuming goes on where it stopped.'],
    buttons: ['Resume', 'Export…'],
  },
  cancelledEarly: {
    state: { ...states.justStarted, status: 'cancelled' },
    headline: 'Cancelled before any model was scored.',
    headings: ['Ranking', 'P(y|z)'],
    rows: ['– digits-cnn', '– digits-undertrained'],
    says: ['The run was cancelled before any model was scored, so there is no heatmap.'],
    buttons: ['Resume'],
  },
  died: {
    state: states.died,
    heatmap: states.digitsHeatmap,
    headline: 'The run stopped before its end.',
    headings: ['Ranking', pxyz('digits-undertrained'), ...origin],
    rows: ['1 digits-undertrained −1.254'],
    buttons: ['Run Again', 'Show Log'],
  },
  stale: {
    ...whole,
    state: states.stale,
    headline: 'digits-cnn leads on 1,797 samples.',
    rows: digitRows,
    says: ['models/digits-cnn.onnx and digits changed on disk since this run'],
    buttons: ['Run Again'],
  },
  untrusted: {
    state: states.untrusted,
    heatmap: states.digitsHeatmap,
    headline: 'digits-cnn leads on 1,797 samples.',
    headings: ['Ranking', pxyz('digits-cnn'), ...charts, ...origin],
    rows: digitRows,
    says: ['This workspace is not trusted'],
    buttons: ['Manage Trust'],
  },
  readOnly: {
    state: { ...states.fourDigits, readOnly: true },
    heatmap: states.digitsHeatmap,
    headline: 'digits-cnn leads on 1,797 samples.',
    headings: ['Ranking', pxyz('digits-cnn'), ...charts, ...origin],
    rows: digitRows,
  },
  oneModel: {
    ...whole,
    state: states.oneModel,
    headline: 'digits-cnn scores −0.121 nats on 1,797 samples.',
    headings: ['Ranking', pxyz('digits-cnn'), ...why, ...origin],
    rows: ['1 digits-cnn −0.121'],
    says: ['No signal would be −2.302 nats, perfect is 0.'],
  },
  unranked: {
    ...whole,
    state: states.unranked,
    headline: 'digits-cnn scores −0.121 nats on 1,797 samples.',
    headings: ['Ranking', pxyz('digits-cnn'), ...why, ...charts, ...origin],
    rows: ['1 digits-cnn −0.121', '– digits-undertrained −1.254'],
  },
  featuresOnly: {
    state: kinds.featuresOnly,
    headline: 'clip-vit-b32 leads on 1,797 samples.',
    headings: ['Ranking', pxyz('clip-vit-b32'), ...charts, ...origin],
    rows: ['1 clip-vit-b32 1.342', '2 dinov2-small 1.107', '3 mae-base 0.613'],
    says: ['This model gives features and no class outputs, so there is no heatmap.'],
  },
  outputsOnly: {
    ...whole,
    state: kinds.outputsOnly,
    headline: 'digits-cnn leads on 1,797 samples.',
    rows: digitRows.slice(0, 2),
    says: ['no penultimate features were found'],
  },
  continuous: {
    state: kinds.continuous,
    headline: 'clip-vit-b32 leads on 1,797 samples.',
    headings: ['Ranking', pxyz('clip-vit-b32'), ...charts, ...origin],
    rows: ['1 clip-vit-b32 −0.658', '2 dinov2-small −0.893'],
    says: ['the numbers of age, weight'],
  },
  older: {
    ...whole,
    state: kinds.older,
    headline: 'digits-cnn leads on 1,797 samples.',
    headings: ['Ranking', pxyz('digits-cnn'), ...why, ...charts, ...origin.slice(1)],
    rows: digitRows,
  },
  whyLoading: {
    ...whole,
    state: states.fourDigits,
    loads: true,
    heatmap: never,
    fits: never,
    headline: 'digits-cnn leads on 1,797 samples.',
    headings: ['Ranking', pxyz('digits-cnn'), ...charts, ...origin],
    rows: digitRows,
    says: ['Loading the heatmap…', 'Looking at classes and samples…'],
  },
  whyFailed: {
    ...whole,
    state: states.fourDigits,
    heatmap: gone,
    fits: gone,
    headline: 'digits-cnn leads on 1,797 samples.',
    headings: ['Ranking', pxyz('digits-cnn'), ...charts, ...origin],
    rows: digitRows,
    says: ['the store is gone'],
  },
  notStored: {
    ...whole,
    state: states.fourDigits,
    heatmap: () => null,
    fits: () => null,
    headline: 'digits-cnn leads on 1,797 samples.',
    headings: ['Ranking', pxyz('digits-cnn'), ...charts, ...origin],
    rows: digitRows,
    says: ['The heatmap of this model is not stored. Run again to see it.'],
  },
  compareTwo: compared(2),
  compareThree: compared(3),
  compareFour: compared(4),
  large: {
    state: done(report(states.fiveHundred.report!.models.slice(0, 150))),
    heatmap: () => large,
    fits: () => ({
      ...kinds.fits,
      classes: Array.from({ length: 300 }, (_, i) => ({
        ...kinds.fits.classes[0],
        ...{ name: `#${i}`, share: -i / 1000 },
      })),
    }),
    headline: 'model-001 leads on 1,797 samples.',
    headings: ['Ranking', pxyz('model-001'), ...why, ...charts, ...origin],
    rows: ['1 model-001'],
    buttons: ['Show all 300 classes', 'Show all 150 models'],
  },
  // Last, because the table stays chosen.
  table: {
    ...whole,
    state: states.fourDigits,
    before: press('.heatmap vscode-checkbox'),
    headline: 'digits-cnn leads on 1,797 samples.',
    rows: digitRows,
  },
};
