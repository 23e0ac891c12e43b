import { type SampleFit, worstFits } from '../measures/index.js';
import { thumbnail } from '../preprocess/index.js';
import type { Fits, WorstSample } from '../protocol/fits.js';
import type { ScoreJob } from '../protocol/job.js';
import { failure } from '../protocol/notice.js';
import { entriesOf } from './entries.js';
import { placeOf, sampleTitle } from './places.js';
import { populationOf } from './population.js';
import { predict } from './predict.js';
import { ProgressTracker } from './progress.js';
import { inspect, measureInput } from './score.js';
import { openTarget, type Target } from './target.js';

/**
 * Each class's share of leave-one-out LEEP and the samples that fit worst, from predictions that are in the store: no model is run.
 * @param model id of the model in the job's report
 * @param count samples that are shown at most
 * @throws TransferLensError where the store has no predictions of it any more, or labels are numbers
 */
export async function fits(
  job: ScoreJob,
  model: string,
  count: number,
  signal?: AbortSignal,
): Promise<Fits> {
  const entries = await entriesOf(job.models);
  const entry = entries.find(({ id }) => id === model);
  if (!entry || job.cache === null) throw failure('fits.gone', { model });
  const target = await openTarget(
    job.cache,
    job,
    new ProgressTracker(entries, 1, () => undefined),
    signal,
  );
  const { dataset, samples } = target;
  if (dataset.numbers) throw failure('fits.numbers', {});
  const prediction = await predict(entry, {
    dataset: dataset.path,
    content: dataset.content,
    options: job.options,
    samples,
    cache: job.cache,
    threads: 1,
    forward: async () => {
      throw failure('fits.gone', { model });
    },
    onProgress: () => undefined,
    onWaiting: () => undefined,
    signal,
  });
  try {
    const { kind, unusable } = await inspect(prediction, samples, signal);
    if (!kind) throw failure('fits.noOutputs', { model });
    const population = populationOf(samples, dataset, unusable, job.seed);
    const input = measureInput(prediction, kind.value, population);
    const found = await worstFits(input, count, signal);
    const { labels } = prediction.opened;
    const known = labels?.length === prediction.reader.classes ? labels : null;
    const n = population.hashes.length;
    const rowOf = new Map(samples.hashes.map((hash, k) => [hash, samples.rows[k]]));
    return {
      model,
      classes: found.classes.map(({ sum, count: of, source, other }, y) => ({
        name: population.classes[y],
        count: of,
        share: sum / n,
        mean: sum / of,
        source: known?.[source] ?? `class ${source}`,
        other: other < 0 ? null : population.classes[other],
      })),
      samples: await Promise.all(
        found.samples.filter(fitsBadly).map(async fit => ({
          ...(await shown(target, rowOf.get(population.hashes[fit.row]) ?? 0)),
          label: population.classes[population.labels[fit.row]],
          logLikelihood: fit.logLikelihood,
          likeliest: population.classes[fit.likeliest],
          probability: fit.probability,
          suspect: fit.suspect,
        })),
      ),
    };
  } finally {
    prediction.reader.close();
    await dataset.close?.();
  }
}

/** Whether a sample is one to look at: its label is not likelier than all others together. */
function fitsBadly({ logLikelihood }: SampleFit): boolean {
  return logLikelihood < Math.log(0.5);
}

/** A sample as something to look at; one that cannot be read any more is named only. */
async function shown(
  { dataset }: Target,
  row: number,
): Promise<Pick<WorstSample, 'name' | 'place' | 'image' | 'text'>> {
  const content = await dataset.read(row).catch(() => null);
  const look = content && (await thumbnail(content).catch(() => null));
  const place = placeOf(dataset, row, content);
  const name = place.kind === 'file' ? dataset.sampleName(row) : sampleTitle(dataset, row);
  return { name, place, ...look };
}
