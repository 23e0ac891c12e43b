import type { Report } from '../src/report/schema.js';
import { t } from './l10n.js';

/** What the page says of a measure. */
export interface MeasureText {
  label: string;
  /** One sentence for the header's tooltip. */
  hint: string;
}

/** Label and meaning of a measure; one that the page does not know yet shows its id. */
export function measureText(id: string): MeasureText {
  switch (id) {
    case 'leepLoo':
      return {
        label: t('LEEP (leave-one-out)'),
        hint: t(
          'How well the model’s own class probabilities predict your labels, each image judged without itself: mean log-likelihood in nats, higher is better, with a 95 % interval.',
        ),
      };
    case 'leep':
      return {
        label: t('LEEP'),
        hint: t(
          'LEEP as published, in nats, higher is better. It judges each image with itself included, which favours models with many classes when images are few.',
        ),
      };
    case 'nce':
      return {
        label: t('NCE'),
        hint: t(
          'Negative conditional entropy as published, in nats, higher is better: as LEEP, but from the most probable source class alone. Favours models with many classes when images are few.',
        ),
      };
    default:
      return { label: id, hint: id };
  }
}

/** Scores between which a measure lies: of a source that says nothing, and of one that says everything. */
export interface Marks {
  noSignal: number | null;
  perfect: number | null;
}

/** The marks on the axis of a measure; null where the measure or the report gives none. */
export function marksOf(id: string, report: Report): Marks {
  const likelihood = ['leep', 'leepLoo', 'nce'].includes(id);
  if (!likelihood) return { noSignal: null, perfect: null };
  const entropy = report.dataset.labelEntropy;
  return { noSignal: entropy === undefined ? null : -entropy, perfect: 0 };
}
