import type { MessageCode } from '../protocol/messages.js';
import type { Notice } from '../protocol/notice.js';
import { familyOf, isSelfSupervised } from './family.js';

/** A model that was scored, as the checks see it. */
export interface ScoredModel {
  id: string;
  name: string;
  /** Name of its network where that is known, else its own: families and ways of training are told by it. */
  network: string;
  /** 0 where the model gives features alone. */
  sourceClasses: number;
  /** Weights, or bytes of its files where they cannot be counted. */
  size: number;
  /** How far what it gives differs between samples: χ² of outputs, where features alone are scored their variance over the square of their mean. */
  variation: number | null;
  /** Values of its trusted scores by measure. */
  scores: Readonly<Record<string, number>>;
}

/** What a run knows of itself when it is to be judged how far its scores can be trusted. */
export interface RunFacts {
  n: number;
  /** Splits that the scored samples are of; none where nothing tells. */
  splits: ReadonlySet<string>;
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
  /** Ids of the models that share the first place of the headline; none before all are done, or where nothing is found. */
  leaders: readonly string[];
  /** Id of the model that each trusted measure of the samples puts first, once all are done. */
  firsts: readonly string[];
}

/** One way in which scores mislead, when that is so, and what to do about it. */
export interface RegimeCheck {
  /** The warning, whose wording says what is so and what to do about it. */
  code: MessageCode;
  /** What goes wrong, in words, for documentation. */
  pitfall: string;
  /** What the warning's wording names, and the ids of the models that it is about; null where it is not so. */
  check(facts: RunFacts): { params: Notice['params']; models: string[] } | null;
}

/** Classes with fewer samples than this are named: no measure says much about them. */
const fewSamples = 5;
/** Source label sets that differ by more than this factor make raw LEEP and NCE incomparable. */
const classRatio = 3;
/** Of outputs that differ less, LEEP is above -H(Y) by no more than so many nats, whatever the labels. */
const sameOutputs = 1e-3;
/** A hundredth of their length is what features then differ by; those of language models, which all point one way, do by a thirtieth. */
const sameFeatures = 1e-4;
/** Share of H(Y) by which LEEP may lie below NCE before the probabilities are called uncalibrated. */
const calibration = 0.15;
/** The largest class over the smallest from which classes are called unbalanced. */
const imbalance = 10;
/** Models from which on a ranking can be nothing but one by size. */
const enoughModels = 4;
/** Share of H(Y) that the best source explains, below which the data is far from what the sources were trained on. */
const farFromSource = 1 / 3;

/** All checks, one entry each, what changes a decision most first; docs/measures.md lists them. */
export const regimeChecks: readonly RegimeCheck[] = [
  {
    code: 'run.sameForAll',
    pitfall: 'A model that gives the same for all samples says nothing of any.',
    check({ models, classes, labelEntropy }) {
      const same = models.filter(({ variation, sourceClasses, scores }) => {
        const limit = classes.length > 0 && sourceClasses > 0 ? sameOutputs : sameFeatures;
        if (variation === null || !(variation < limit)) return false;
        // Where the likeliest class tells something all the same, the scale of the outputs is wrong: that is said instead.
        return !(scores.nce - scores.leep > calibration * labelEntropy);
      });
      if (same.length === 0) return null;
      const params = { models: some(same.map(m => m.name)) };
      return { params, models: ids(same) };
    },
  },
  {
    code: 'run.rareClasses',
    pitfall: 'Few samples of a class say little of it.',
    check({ classes }) {
      const rare = classes.filter(c => c.count < fewSamples).map(c => c.name);
      if (rare.length === 0) return null;
      const params = { classes: some(rare), n: rare.length, few: fewSamples };
      return { params, models: [] };
    },
  },
  {
    code: 'run.testSplit',
    pitfall: 'What is scored on the test split has seen it.',
    check({ splits }) {
      // Who asks for all splits has seen to it; else there is no other to choose by.
      return splits.has('test') && !splits.has('train') ? { params: {}, models: [] } : null;
    },
  },
  {
    code: 'run.familiesDisagree',
    pitfall: 'Which score is best depends on what is done next.',
    check({ otherLeader }) {
      return otherLeader ? { params: otherLeader, models: [] } : null;
    },
  },
  {
    code: 'run.measuresDiffer',
    pitfall: 'Small changes of the measure, the data or the training turn rankings round.',
    check({ firsts, leaders, otherLeader, models }) {
      // Where it is known which measures are of another opinion, and that it is no chance, that is said instead.
      if (leaders.length === 0 || otherLeader) return null;
      const others = firsts.filter(id => !leaders.includes(id));
      if (others.length * 2 <= firsts.length) return null;
      const named = models.filter(({ id }) => others.includes(id)).map(({ name }) => name);
      const params = { n: others.length, of: firsts.length, models: some(named) };
      return { params, models: [] };
    },
  },
  {
    code: 'run.farFromSource',
    pitfall: 'Far from the data of the sources scores are less reliable.',
    check({ models, labelEntropy, classes, leaders }) {
      if (classes.length === 0 || leaders.length === 0) return null;
      const explained = models.flatMap(({ scores: { leepLoo } }) =>
        leepLoo === undefined ? [] : 1 + leepLoo / labelEntropy,
      );
      const best = Math.max(...explained);
      if (explained.length === 0 || !(best < farFromSource)) return null;
      const percent = Math.round(100 * Math.max(0, best));
      return { params: { percent }, models: [] };
    },
  },
  {
    code: 'run.classCounts',
    pitfall: 'Raw LEEP and NCE favour sources with many classes.',
    check({ models, classes }) {
      if (classes.length === 0) return null;
      // Models that give features alone have no source classes.
      const sizes = models.flatMap(m => m.sourceClasses || []);
      const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
      if (sizes.length < 2 || most <= classRatio * least) return null;
      return { params: { least, most }, models: ids(models) };
    },
  },
  {
    code: 'run.fewSamples',
    pitfall: 'In-sample scores are optimistic where samples are few for the source classes.',
    check({ n, models, classes }) {
      if (classes.length === 0) return null;
      const thin = models.filter(m => n < 10 * m.sourceClasses);
      if (thin.length === 0) return null;
      const params = { n, models: some(thin.map(m => m.name)) };
      return { params, models: ids(thin) };
    },
  },
  {
    code: 'run.calibration',
    pitfall: 'LEEP reads how sure a model is, and not only what it takes an image for.',
    check({ models, labelEntropy, classes }) {
      if (classes.length === 0) return null;
      const off = models.filter(
        ({ scores }) => scores.nce - scores.leep > calibration * labelEntropy,
      );
      if (off.length === 0) return null;
      const params = { models: some(off.map(m => m.name)) };
      return { params, models: ids(off) };
    },
  },
  {
    code: 'run.sizeOnly',
    pitfall: 'Among models of one source a ranking can be one by size alone.',
    check({ models, tauWithSize }) {
      if (models.length < enoughModels || !(tauWithSize > 0.99)) return null;
      return { params: { n: models.length }, models: ids(models) };
    },
  },
  {
    code: 'run.trainingVaries',
    pitfall: 'Trainings of one model end differently, so what a score is checked by varies too.',
    check({ leaders }) {
      if (leaders.length < 2) return null;
      return { params: { n: leaders.length }, models: [] };
    },
  },
  {
    code: 'run.imbalance',
    pitfall: 'A large class outweighs the others in a mean over samples.',
    check({ classes }) {
      const counts = classes.map(c => c.count);
      const ratio = Math.max(...counts) / Math.min(...counts);
      if (!(ratio >= imbalance)) return null;
      return { params: { ratio: Math.round(ratio) }, models: [] };
    },
  },
  {
    code: 'run.twoClasses',
    pitfall: 'With two classes scores that are made from labels are high for most models.',
    check({ classes, models }) {
      if (classes.length !== 2 || models.length < 2) return null;
      return { params: {}, models: [] };
    },
  },
  {
    code: 'run.families',
    pitfall: 'Scores order models of one family better than models of several.',
    check({ models }) {
      const families = new Set(models.flatMap(m => familyOf(m.network) ?? []));
      if (families.size < 2) return null;
      return { params: { families: some([...families]) }, models: [] };
    },
  },
  {
    code: 'run.selfSupervised',
    pitfall: 'Scores compare models that were trained with class labels to others badly.',
    check({ models }) {
      const without = models.filter(m => isSelfSupervised(m.network));
      if (without.length === 0 || without.length === models.length) return null;
      const params = { models: some(without.map(m => m.name)) };
      return { params, models: ids(without) };
    },
  },
  {
    code: 'run.pooled',
    pitfall: 'Some scores change when other models are listed.',
    check({ pooled }) {
      if (pooled.length === 0) return null;
      return { params: { measures: some(pooled) }, models: [] };
    },
  },
];

function ids(models: readonly ScoredModel[]): string[] {
  return models.map(m => m.id);
}

/** Some names, the first three of many. */
function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ');
}
