import { bytes, count, score } from './format.js';
import type { MeasureReport, Report } from './schema.js';

/** What a report says of one of its measures. */
function measureOf(report: Report, id: string): MeasureReport | undefined {
  return report.measures?.find(measure => measure.id === id);
}

/** Shown name of a measure; where the report does not say, its id. */
export function measureName(report: Report, id: string): string {
  return measureOf(report, id)?.name ?? id;
}

/** The value of a measure as it is written in a table. */
export function measureValue(report: Report, id: string, value: number | null): string {
  const unit = measureOf(report, id)?.unit;
  if (value !== null && unit === 'count') return count(value);
  if (value !== null && unit === 'bytes') return bytes(value);
  return score(value, 3);
}
