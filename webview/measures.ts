import type { MeasureReport, Report, Score } from '../src/report/schema.js';
import { bytes, count, score } from './format.js';
import { t, translated } from './l10n.js';

/** What the page says of a measure. */
export interface MeasureText {
  label: string;
  /** One sentence for the header's tooltip. */
  hint: string;
}

/** Names of the measures that head the table before a report names its own. */
const early: Record<string, string> = { leepLoo: 'LEEP (leave-one-out)', leep: 'LEEP', nce: 'NCE' };

/** Label and meaning of a measure, as the report tells them; an old report shows the id. */
export function measureText(id: string, report: Report | null): MeasureText {
  const measure = measureOf(id, report);
  return measure
    ? { label: translated(measure.name), hint: translated(measure.hint) }
    : { label: translated(early[id] ?? id), hint: translated(early[id] ?? id) };
}

/** What a report tells of one of its measures. */
export function measureOf(id: string, report: Report | null): MeasureReport | undefined {
  return report?.measures?.find(measure => measure.id === id);
}

/** The value of a measure as a cell shows it. */
export function measureValue(id: string, value: number | null, report: Report | null): string {
  const unit = measureOf(id, report)?.unit;
  if (value !== null && unit === 'count') return count(value);
  if (value !== null && unit === 'bytes') return bytes(value);
  return score(value);
}

/** The further figures of a score in words, such as the accuracy of a probe; the ones that only an expert reads stay in the JSON. */
export function detailTexts({ details = {} }: Score): string[] {
  const { accuracy, macroF1 } = details;
  return [
    ...(typeof accuracy === 'number' ? [t('accuracy {x}', { x: score(accuracy) })] : []),
    ...(typeof macroF1 === 'number' ? [t('macro-F1 {x}', { x: score(macroF1) })] : []),
  ];
}

/** Scores between which a measure lies: of a source that says nothing, and of one that says everything. */
export interface Marks {
  noSignal: number | null;
  perfect: number | null;
}

/** The marks on the axis of a measure; null where the measure or the report gives none. */
export function marksOf(id: string, report: Report): Marks {
  const measure = measureOf(id, report);
  return { noSignal: measure?.noSignal ?? null, perfect: measure?.range[1] ?? null };
}
