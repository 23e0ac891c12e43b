import { whiskerChart } from '../charts/whiskers.js';
import { Exports } from '../exports.js';
import { images, none, score, tick } from '../format.js';
import { t } from '../l10n.js';
import { marksOf, measureText } from '../measures.js';
import { csvOf, saveText } from '../save.js';
import { panel } from '../state.js';
import { rows } from './shown.js';

/** The dots and whiskers of the headline score as a chart of their own: the rows and the order of the table. */
export function RankingExports() {
  const report = panel.value?.report;
  if (!report) return null;
  const { by } = report.ranking;
  const shown = rows.value.flatMap(({ id, name, rank, model, probabilityBest }) => {
    const found = model?.scores[by];
    return found ? [{ id, name, rank, probabilityBest, ...found }] : [];
  });
  if (!shown.length) return null;
  const { noSignal, perfect } = marksOf(by, report);
  const marks = [
    { value: noSignal, text: t('no signal {x}', { x: score(noSignal) }) },
    { value: perfect, text: t('perfect {x}', { x: perfect === null ? none : tick(perfect) }) },
  ];
  return (
    <Exports
      what={t('Ranking')}
      chart={{
        file: 'ranking',
        draw: () =>
          whiskerChart(shown, {
            title: measureText(by, report).label,
            subtitle: t('{dataset}, {n}, 95 % intervals', {
              dataset: report.dataset.name,
              n: images(report.dataset.scored),
            }),
            marks: marks.flatMap(({ value, text }) => (value === null ? [] : [{ value, text }])),
          }),
      }}
      csv={() =>
        saveText(
          'ranking.csv',
          csvOf([
            ['first place', 'last place', 'model', by, 'low', 'high', 'valid', 'P(best)'],
            ...shown.map(({ rank, name, value, low, high, valid, probabilityBest }) => [
              ...[rank?.first ?? null, rank?.last ?? null, name, value, low, high],
              ...[String(valid), probabilityBest],
            ]),
          ]),
        )
      }
    />
  );
}
