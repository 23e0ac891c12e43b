/** What an array of predictions made elsewhere can be. */
export const predictionRoles = ['outputs', 'features', 'labels', 'ids'] as const;
export type PredictionRole = (typeof predictionRoles)[number];

/** An array that may be one of them. */
export interface PredictionArray {
  name: string;
  roles: PredictionRole[];
  /** Type and shape. */
  about: string;
  rows: number;
}

/** The arrays of a file, for a user to say which are the predictions of a model. */
export interface PredictionFile {
  arrays: PredictionArray[];
  /** What is taken now, by the sidecar or by names. */
  taken: Partial<Record<PredictionRole, string>>;
  /** What names alone tell: it is taken where the sidecar says nothing. */
  named: Partial<Record<PredictionRole, string>>;
  /** Nothing tells that it holds predictions, and it may. */
  open: boolean;
}
