import type { DatasetReading } from '../../protocol/datasetReading.js';
import type { Architecture } from '../../protocol/inference.js';
import type { Preprocessing } from '../../protocol/preprocessing.js';

/** What a script for the first of a ranking is written from. */
export interface NextFacts {
  /** What the user will do: train everything, or a new head on a body that stays as it is. */
  intent: 'fineTune' | 'retrainHead';
  model: {
    path: string;
    name: string;
    format: string;
    plan: Preprocessing;
    /** Name of the tensor of penultimate features, and their length; null where there are none. */
    features: string | null;
    dimension: number | null;
    architecture: Architecture | null;
  };
  dataset: {
    path: string;
    name: string;
    layout: string;
    classes: readonly string[];
    /** Names of the columns of labels that are numbers; null where labels are classes. */
    targets: readonly string[] | null;
    /** How a script reads it; null where that is more than a few lines. */
    reading: DatasetReading | null;
  };
}

/** A framework that models can be trained in: one file, and one line in the table. */
export interface Framework {
  id: string;
  language: 'python' | 'javascript';
  fits(facts: NextFacts): boolean;
  /** Its weights cannot be trained: whatever is wanted, the script trains a new head. */
  headOnly?: true;
  /** A whole script, ready to run where its packages are there. */
  write(facts: NextFacts): string;
}
