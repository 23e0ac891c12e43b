import type { Evaluation } from '../measures/index.js';
import type { ScoreJob } from '../protocol/job.js';
import type { Notice } from '../protocol/notice.js';
import type { Entry } from './entries.js';
import type { Population } from './population.js';
import type { Prediction } from './predict.js';
import type { Inspection } from './score.js';
import type { Target } from './target.js';

/** What became of one candidate so far. */
export interface Outcome {
  entry: Entry;
  prediction?: Prediction;
  inspection?: Inspection;
  /** Without the joint, which is large: it is handed over when it is there. */
  evaluation?: Omit<Evaluation, 'joint'>;
  /** The samples that `evaluation` is about. */
  population?: Population;
  failure?: Notice;
  /** It failed for a reason that is none of its own, and nobody asked for it: it is named with others of its kind. */
  passedOver?: boolean;
  seconds: { load: number; infer: number; score: number };
}

/** What a report is made of. */
export interface RunState {
  cache: string;
  entries: readonly Entry[];
  outcomes: ReadonlyMap<string, Outcome>;
  target: Target;
  /** What was found out about the data while models ran. */
  found?: readonly Notice[];
  /** The samples that all models are compared on, as it was when this report was asked for. */
  common: Population;
  job: ScoreJob;
  /** Whether all models are done: only then is a winner looked for. */
  final: boolean;
  signal?: AbortSignal;
}
