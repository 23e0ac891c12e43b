import { type Notice, notice } from '../protocol/notice.js';

/** A model that was scored, as the checks see it. */
export interface ScoredModel {
  id: string;
  name: string;
  /** 0 where the model gives features alone. */
  sourceClasses: number;
  /** Weights, or bytes of its files where they cannot be counted. */
  size: number;
  /** Values of its trusted scores by measure. */
  scores: Readonly<Record<string, number>>;
}

/** What a run knows of itself when it is to be judged how far its scores can be trusted. */
export interface RunFacts {
  n: number;
  split: string;
  /** Samples of each target class that has any, and its name; none where labels are numbers. */
  classes: readonly { name: string; count: number }[];
  /** H(Y), nats. */
  labelEntropy: number;
  models: readonly ScoredModel[];
  /** Kendall's tau of the headline score and the models' size; NaN where that is not known. */
  tauWithSize: number;
  /** The leaders by the headlines of the two intents, where both are known and one is told from the other. */
  otherLeader: { model: string; measure: string } | null;
  /** Names of computed measures whose scores depend on which models are compared. */
  pooled: readonly string[];
}

/** One way in which scores mislead, when that is so, and what to do about it. */
export interface RegimeCheck {
  /** What goes wrong, in words, for documentation. */
  pitfall: string;
  /** The warning with its cure and the ids of the models that it is about, or null. */
  check(facts: RunFacts): { notice: Notice; models: string[] } | null;
}

/** Classes with fewer samples than this are named: no measure says much about them. */
const fewSamples = 5;
/** Source label sets that differ by more than this factor make raw LEEP and NCE incomparable. */
const classRatio = 3;
/** Share of H(Y) by which LEEP may lie below NCE before the probabilities are called uncalibrated. */
const calibration = 0.15;
/** The largest class over the smallest from which classes are called unbalanced. */
const imbalance = 10;
/** Models from which on a ranking can be nothing but one by size. */
const enoughModels = 4;

/** All checks, one entry each: a new one needs no line anywhere else. */
export const regimeChecks: readonly RegimeCheck[] = [
  {
    pitfall: 'Few samples of a class say little of it.',
    check({ classes }) {
      const rare = classes.filter(c => c.count < fewSamples).map(c => c.name);
      if (rare.length === 0) return null;
      const params = { classes: some(rare), n: rare.length, few: fewSamples };
      return { notice: notice('run.rareClasses', params), models: [] };
    },
  },
  {
    pitfall: 'Raw LEEP and NCE favour sources with many classes.',
    check({ models, classes }) {
      if (classes.length === 0) return null;
      // Models that give features alone have no source classes.
      const sizes = models.flatMap(m => m.sourceClasses || []);
      const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
      if (sizes.length < 2 || most <= classRatio * least) return null;
      return { notice: notice('run.classCounts', { least, most }), models: ids(models) };
    },
  },
  {
    pitfall: 'In-sample scores are optimistic where samples are few for the source classes.',
    check({ n, models, classes }) {
      if (classes.length === 0) return null;
      const thin = models.filter(m => n < 10 * m.sourceClasses);
      if (thin.length === 0) return null;
      const params = { n, models: some(thin.map(m => m.name)) };
      return { notice: notice('run.fewSamples', params), models: ids(thin) };
    },
  },
  {
    pitfall: 'LEEP reads how sure a model is, and not only what it takes an image for.',
    check({ models, labelEntropy, classes }) {
      if (classes.length === 0) return null;
      const off = models.filter(
        ({ scores }) => scores.nce - scores.leep > calibration * labelEntropy,
      );
      if (off.length === 0) return null;
      const params = { models: some(off.map(m => m.name)) };
      return { notice: notice('run.calibration', params), models: ids(off) };
    },
  },
  {
    pitfall: 'Among models of one source a ranking can be one by size alone.',
    check({ models, tauWithSize }) {
      if (models.length < enoughModels || !(tauWithSize > 0.99)) return null;
      return { notice: notice('run.sizeOnly', { n: models.length }), models: ids(models) };
    },
  },
  {
    pitfall: 'A large class outweighs the others in a mean over samples.',
    check({ classes }) {
      const counts = classes.map(c => c.count);
      const ratio = Math.max(...counts) / Math.min(...counts);
      if (!(ratio >= imbalance)) return null;
      return { notice: notice('run.imbalance', { ratio: Math.round(ratio) }), models: [] };
    },
  },
  {
    pitfall: 'What is scored on the test split has seen it.',
    check({ split }) {
      return split === 'test' ? { notice: notice('run.testSplit', {}), models: [] } : null;
    },
  },
  {
    pitfall: 'Some scores change when other models are listed.',
    check({ pooled }) {
      if (pooled.length === 0) return null;
      return { notice: notice('run.pooled', { measures: some(pooled) }), models: [] };
    },
  },
  {
    pitfall: 'Which score is best depends on what is done next.',
    check({ otherLeader }) {
      return otherLeader
        ? { notice: notice('run.familiesDisagree', otherLeader), models: [] }
        : null;
    },
  },
];

function ids(models: readonly ScoredModel[]): string[] {
  return models.map(m => m.id);
}

/** Some names, the first three of many. */
export function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ');
}
