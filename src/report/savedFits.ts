import type { Fits } from '../protocol/fits.js';
import type { Report } from './schema.js';

/** What a saved page holds of why models score as they do: 36 thumbnails at most, so that it can be mailed. */
const most = { models: 3, samples: 12 };

/**
 * Shares of classes and the samples that fit worst, of the first models of a ranking. What has none (a model of features alone, a
 * store that was cleared) is left out; so are the paths of this machine.
 */
export async function savedFits(
  { ranking }: Report,
  fitsOf: (model: string, samples: number) => Promise<Fits | null>,
): Promise<Fits[]> {
  const found: Fits[] = [];
  for (const model of ranking.order.slice(0, most.models)) {
    const fits = await fitsOf(model, most.samples).catch(() => null);
    if (!fits) continue;
    const samples = fits.samples.slice(0, most.samples);
    found.push({ ...fits, samples: samples.map(sample => ({ ...sample, place: null })) });
  }
  return found;
}
