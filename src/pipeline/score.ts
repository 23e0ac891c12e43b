import {
  type Evaluation,
  evaluate,
  type MeasureInput,
  type NullOptions,
  permutationNull,
  type RowBlock,
  type RowTable,
} from '../measures/index.js';
import { onnxBlas } from '../models/onnx/blas.js';
import { type Blas, plainBlas } from '../numerics/blas.js';
import { classifyOutputs, probabilityBlocks } from '../predictions/index.js';
import { failure } from '../protocol/notice.js';
import type { OutputKind, Sourced } from '../protocol/preprocessing.js';
import type { Population } from './population.js';
import type { Prediction, Samples } from './predict.js';
import { scoredOnce } from './scoreMemo.js';

/** More rows than this share without a finite output: the model is at fault, not the samples. */
const mostNonFinite = 0.05;

/** What a model's outputs are, and which samples they cannot be used for. */
export interface Inspection {
  /** Null where the model gives features alone. */
  kind: Sourced<OutputKind> | null;
  /** Content hashes of samples without a usable output. */
  unusable: Set<string>;
}

/** Looks at all outputs of the sample once: their kind, and whether they are finite. */
export async function inspect(
  prediction: Prediction,
  samples: Samples,
  signal?: AbortSignal,
): Promise<Inspection> {
  const { reader, opened, entry } = prediction;
  const hashes = samples.hashes.filter(hash => reader.rowOf(hash) >= 0);
  // Whatever the reason: what is not in the store cannot be scored.
  const unusable = new Set(samples.hashes.filter(hash => reader.rowOf(hash) < 0));
  if (reader.classes === 0) return { kind: null, unusable };
  const seen = await classifyOutputs(reader, rowsOf(prediction, hashes), signal);
  if (seen.nonFiniteRows.length > mostNonFinite * hashes.length)
    throw failure('model.nonFinite', {
      file: entry.path,
      bad: seen.nonFiniteRows.length,
      n: hashes.length,
    });
  if (reader.classes < 2) throw failure('model.oneOutput', { file: entry.path });
  for (const k of seen.nonFiniteRows) unusable.add(hashes[k]);
  return {
    kind: opened.outputKind ?? { value: seen.kind, from: 'values' },
    unusable,
  };
}

/** Scores one model on the common samples. */
export async function score(
  cache: string,
  prediction: Prediction,
  kind: OutputKind | null,
  population: Population,
  measures: readonly string[],
  signal?: AbortSignal,
): Promise<Evaluation> {
  return scoredOnce(cache, prediction.opened.key, kind, population, { measures }, () =>
    evaluate(measures, measureInput(prediction, kind, population), signal),
  );
}

/** A measure of one model under permuted labels; float64 [count]. */
export async function scoreNull(
  cache: string,
  prediction: Prediction,
  kind: OutputKind | null,
  population: Population,
  measure: string,
  options: NullOptions,
  signal?: AbortSignal,
): Promise<Float64Array | null> {
  const parts = { measure, ...options };
  return scoredOnce(cache, prediction.opened.key, kind, population, parts, () =>
    permutationNull(measure, measureInput(prediction, kind, population), options, signal),
  );
}

/** What every measure gets: what the model left for the common samples, their labels and jackknife groups. */
export function measureInput(
  prediction: Prediction,
  kind: OutputKind | null,
  population: Population,
): MeasureInput {
  const { reader, opened, entry } = prediction;
  const rows = rowsOf(prediction, population.hashes);
  /** Rows of the population, as measures count them, are rows of the store. */
  const table = (
    columns: number,
    read: (rows: Int32Array) => AsyncIterable<RowBlock>,
  ): RowTable => ({
    columns,
    read: some => read(some.map(row => rows[row])),
  });
  return {
    blocks: probabilityBlocks(reader, rows, kind ?? 'probabilities'),
    labels: population.labels,
    targetClasses: Math.max(1, population.classes.length),
    numbers: population.numbers,
    sourceClasses: reader.classes,
    groups: population.groups,
    groupCount: population.groupCount,
    clustered: population.clustered,
    features: reader.dimension > 0 ? table(reader.dimension, some => reader.features(some)) : null,
    logits: kind === 'logits' ? table(reader.classes, some => reader.outputs(some)) : null,
    blas,
    facts: {
      parameters: opened.parameters,
      fileSize: entry.bytes,
      sourceAccuracy: opened.sourceAccuracy,
    },
  };
}

let loaded: Promise<Blas> | undefined;

/** ONNX Runtime's matrix products, loaded when they are first needed; where they cannot be had, JavaScript's own. */
const blas: Blas = {
  multiply: async (...operands) => (await load()).multiply(...operands),
  gram: async matrix => (await load()).gram(matrix),
};

function load(): Promise<Blas> {
  loaded ??= onnxBlas().catch(() => plainBlas);
  return loaded;
}

function rowsOf({ reader }: Prediction, hashes: readonly string[]): Int32Array {
  return Int32Array.from(hashes, hash => reader.rowOf(hash));
}
