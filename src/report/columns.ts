import { measures } from '../measures/index.js';
import { bytes, count, score } from './format.js';
import type { MeasureReport } from './schema.js';

const table = new Map(measures.map(m => [m.id, m]));

/** Shown name of a measure; one of another version shows its id. */
export function measureName(id: string): string {
  return table.get(id)?.name ?? id;
}

/** The value of a measure as it is written in a table. */
export function measureValue(id: string, value: number | null): string {
  const unit = table.get(id)?.unit;
  if (value !== null && unit === 'count') return count(value);
  if (value !== null && unit === 'bytes') return bytes(value);
  return score(value, 3);
}

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
