import type { SamplePlace } from './place.js';

/** How one target class does under a model. */
export interface ClassShare {
  name: string;
  /** Samples of it that were scored. */
  count: number;
  /** Its part of leave-one-out LEEP, nats: the parts of all classes add up to the score. */
  share: number;
  /** Mean log-likelihood of its samples, nats. */
  mean: number;
  /** Source class that carries most of it, and the other target class that shares it most; null where none does. */
  source: string;
  other: string | null;
}

/** A sample whose label fits badly what the model says of it. */
export interface WorstSample {
  /** What messages call it: with the name of its file where it is not a file of its own. */
  name: string;
  /** Where it is; null in a page that was saved. */
  place: SamplePlace | null;
  label: string;
  /** Log-likelihood of its label by the other samples, nats. */
  logLikelihood: number;
  likeliest: string;
  probability: number;
  /** Whether the label is probably wrong (confident learning). */
  suspect: boolean;
  /** A picture as a data URI, or the beginning of a text or a row of numbers; neither where there is nothing to look at. */
  image?: string;
  text?: string;
}

/** Why a model scores as it does, sample by sample. */
export interface Fits {
  model: string;
  classes: ClassShare[];
  /** The worst first. */
  samples: WorstSample[];
}
