import type { Notice } from '../protocol/notice.js';
import type { Preprocessing, PreprocessingReport } from '../protocol/preprocessing.js';

/** How samples become a model's input, where each key of it came from, and what a user should know. */
export interface Planned {
  plan: Preprocessing;
  report: PreprocessingReport;
  notices: Notice[];
}
