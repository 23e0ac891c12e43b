import { measures } from '../measures/index.js';
import type { MeasureReport } from './schema.js';

/**
 * What measures are, for a report that explains itself, in the order they are shown.
 * @param labelEntropy H(Y) of the labels that were scored, nats; null where they are numbers
 */
export function measureReports(
  ids: readonly string[],
  labelEntropy: number | null,
): MeasureReport[] {
  return measures
    .filter(({ id }) => ids.includes(id))
    .map(m => {
      const [low, high] = m.range.map(bound => (Number.isFinite(bound) ? bound : null));
      const { id, name, family, hint, direction, predicts, validity, source } = m;
      return {
        ...{ id, name, family, hint, direction, predicts, validity, source },
        range: [low, high],
        noSignal: m.noSignal === '-H(Y)' ? labelEntropy && -labelEntropy : (m.noSignal ?? null),
        unit: m.unit ?? null,
      };
    });
}
