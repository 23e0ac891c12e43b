import * as z from 'zod';

/**
 * The result of a run, as the command line prints it (`--json`), the editor keeps it and `*.transfer.json` holds it.
 * Published as a JSON schema in `media/`. It grows by added fields only; an incompatible change raises `schema`.
 * Numbers are natural-log units (nats) where they are scores; a number that is not finite is null with a note.
 */
const noticeSchema = z.object({
  code: z.string(),
  message: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

const scoreSchema = z.object({
  value: z.number().nullable(),
  /** 95 % interval for the measure's expected value at this sample size; null where there is none. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** False outside the measure's valid regime: shown, not trusted. */
  valid: z.boolean(),
  note: z.string().optional(),
  /** Further figures of the same fit, such as the accuracy of a probe; null: not a finite number. */
  details: z.record(z.string(), z.number().nullable()).optional(),
});

/** What a measure is, so that a report explains itself; infinite bounds of its range are null. */
const measureSchema = z.object({
  id: z.string(),
  name: z.string(),
  family: z.enum(['likelihood', 'features', 'probe', 'static']),
  hint: z.string(),
  range: z.tuple([z.number().nullable(), z.number().nullable()]),
  direction: z.enum(['higher', 'lower']),
  /** What it is for a model that says nothing of the labels; null where that is not known. */
  noSignal: z.number().nullable(),
  unit: z.enum(['nats', 'count', 'bytes']).nullable(),
  predicts: z.enum(['fine-tuning', 're-trained head']),
  validity: z.string(),
  source: z.string(),
});

/** A model that was scored, or that failed with a reason. */
const modelReportSchema = z.object({
  id: z.string(),
  path: z.string(),
  name: z.string(),
  format: z.string(),
  status: z.enum(['scored', 'failed']),
  reason: noticeSchema.optional(),
  sourceClasses: z.number().int().nullable(),
  featureDimension: z.number().int().nullable(),
  preprocessing: z.record(z.string(), z.object({ value: z.unknown(), from: z.string() })),
  scores: z.record(z.string(), scoreSchema),
  seconds: z.object({ load: z.number(), infer: z.number(), score: z.number() }),
  imagesPerSecond: z.number().nullable(),
  /** What the outputs were taken for, and whether that was seen in the values or stated. */
  outputKind: z.object({ value: z.string(), from: z.string() }).optional(),
  /** Mean over the samples of the largest probability, 1 / sourceClasses to 1: how sure the model is of what it sees. */
  confidence: z.number().optional(),
  /** Bytes of the model's files. */
  bytes: z.number().optional(),
});

/** What to do next with the first of the ranking: a script that does it. */
const nextSchema = z.object({
  model: z.string(),
  intent: z.enum(['fineTune', 'retrainHead']),
  framework: z.string(),
  language: z.enum(['python', 'javascript']),
  script: z.string(),
});

const jointNames = {
  model: z.string(),
  targetClasses: z.array(z.string()),
  sourceClasses: z.array(z.string()),
  /** So many source classes are summed up in the last one, to keep the file small. */
  merged: z.number().int().optional(),
};

export const reportSchema = z.object({
  schema: z.literal(1),
  dataset: z.object({
    path: z.string(),
    name: z.string(),
    layout: z.string(),
    classes: z.array(z.string()),
    /** Samples of the dataset, all splits. */
    size: z.number().int(),
    /** Samples that the scores are computed on. */
    scored: z.number().int(),
    split: z.string(),
    /** SHA-256 of what was scored: the contents of the samples with their labels where these are classes, whatever their order and names. */
    fingerprint: z.string().optional(),
    /** Samples of the split before sampling. */
    available: z.number().int().optional(),
    /** Names of the columns whose numbers are the labels; left out where labels are classes. */
    targets: z.array(z.string()).optional(),
    /** Entropy of the target labels on the scored samples, nats: -H(Y) is the floor of an uninformative source. */
    labelEntropy: z.number().optional(),
  }),
  models: z.array(modelReportSchema),
  ranking: z.object({
    by: z.string(),
    order: z.array(z.string()),
    winner: z.string().nullable(),
    ties: z.array(z.array(z.string())),
    probabilityBest: z.record(z.string(), z.number()),
    unranked: z.array(z.object({ id: z.string(), reason: z.string() })),
    /** Whether the leader scores above what shuffled labels give. */
    signal: z.boolean().optional(),
    /** How much better the first of two models scores by `by`, with the 95 % interval of that pair alone; pairs of the first 50. */
    differences: z
      .array(
        z.object({
          models: z.tuple([z.string(), z.string()]),
          value: z.number(),
          low: z.number().nullable(),
          high: z.number().nullable(),
        }),
      )
      .optional(),
    /** Kendall's tau between the orders that pairs of measures put the models in, with its 95 % interval. */
    agreement: z
      .array(
        z.object({
          measures: z.tuple([z.string(), z.string()]),
          tau: z.number(),
          low: z.number().nullable(),
          high: z.number().nullable(),
        }),
      )
      .optional(),
  }),
  /** The measures that were computed, in the order they are shown. */
  measures: z.array(measureSchema).optional(),
  warnings: z.array(noticeSchema.extend({ models: z.array(z.string()) })),
  /**
   * Matrices behind the scores, in reports that were saved from the panel: N(y, z), row-major, targets by sources; float32 and
   * uint32 with the lowest byte first, deflated (zlib), in base64.
   */
  packedJoints: z.array(z.object({ ...jointNames, soft: z.string(), hard: z.string() })).optional(),
  /** The same as plain numbers: so it was saved first. */
  joints: z
    .array(z.object({ ...jointNames, soft: z.array(z.number()), hard: z.array(z.number().int()) }))
    .optional(),
  /** The ranking in one or two plain sentences, once all models are done. */
  verdict: z.array(noticeSchema).optional(),
  /** Left out where nothing is worth training, or no script is known for its kind. */
  next: nextSchema.optional(),
  provenance: z.object({
    version: z.string(),
    runtimes: z.record(z.string(), z.string()),
    seed: z.number().int(),
    /** Samples that no score uses, because a model or the decoder failed on them. */
    dropped: z.number().int(),
    date: z.string(),
  }),
});

export type Score = z.infer<typeof scoreSchema>;
export type ModelReport = z.infer<typeof modelReportSchema>;
export type Next = z.infer<typeof nextSchema>;
export type Warning = Report['warnings'][number];
export type MeasureReport = z.infer<typeof measureSchema>;
export type Report = z.infer<typeof reportSchema>;
