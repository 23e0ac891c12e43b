import type { MeasureReport, Report } from '../../src/report/schema.js';
import { count } from '../format.js';
import { t, translated } from '../l10n.js';
import { panel } from '../state.js';
import { TableBox } from '../tableBox.js';
import './evidence.css';

/** What each score rests on: what it stands for, where that holds, and for how many of these models it does. */
export function Evidence() {
  const report = panel.value?.report;
  const computed = report?.measures?.filter(({ id }) => scoresOf(report, id).length > 0) ?? [];
  if (!report || !computed.length) return null;
  return (
    <section class="evidence" aria-labelledby="evidence-title">
      <header class="section-head">
        <h2 id="evidence-title">{t('Evidence')}</h2>
      </header>
      <p class="quiet help">
        {t(
          'No model was trained on this dataset, so how well the measures predict the result of training has not been checked here. What each was published for, and where it holds:',
        )}
      </p>
      <TableBox aria-label={t('Measures')}>
        <table aria-labelledby="evidence-title">
          <thead>
            <tr>
              <th scope="col">{t('Measure')}</th>
              <th scope="col">{t('Predicts')}</th>
              <th scope="col">{t('Holds for')}</th>
              <th scope="col">{t('Here')}</th>
              <th scope="col">{t('Published in')}</th>
            </tr>
          </thead>
          <tbody>
            {computed.map(measure => (
              <tr key={measure.id}>
                <th scope="row">{translated(measure.name)}</th>
                <td>{outcome(measure)}</td>
                <td>{translated(measure.validity)}</td>
                <td>{validHere(report, measure.id)}</td>
                <td class="quiet">{measure.source}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </section>
  );
}

function scoresOf(report: Report, measure: string) {
  return report.models.flatMap(({ scores }) => scores[measure] ?? []);
}

function outcome({ predicts }: MeasureReport): string {
  return predicts === 'fine-tuning' ? t('fine-tuning') : t('a re-trained head');
}

/** For how many of the models with this score it is to be trusted. */
function validHere(report: Report, measure: string): string {
  const scores = scoresOf(report, measure);
  const valid = scores.filter(score => score.valid && score.value !== null).length;
  if (scores.length === 1) return valid ? t('yes') : t('no');
  return valid === scores.length
    ? t('all {n} models', { n: count(valid) })
    : t('{n} of {all} models', { n: count(valid), all: count(scores.length) });
}
