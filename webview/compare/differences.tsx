import type { Report } from '../../src/report/schema.js';
import { whiskerChart } from '../charts/whiskers.js';
import { Exports } from '../exports.js';
import { images, none, score } from '../format.js';
import { t } from '../l10n.js';
import { measureText } from '../measures.js';
import { csvOf, saveText } from '../save.js';
import { TableBox } from '../tableBox.js';

/** A difference of two models as it is read: the better one first. */
interface Pair {
  models: [string, string];
  value: number | null;
  low: number | null;
  high: number | null;
}

/** Paired differences of the headline score between the models that are compared. */
export function Differences({ report, ids }: { report: Report; ids: readonly string[] }) {
  const { by } = report.ranking;
  const name = (id: string) => report.models.find(model => model.id === id)?.name ?? id;
  const pairs = pairsOf(report, ids);
  const title = t('Paired differences of {measure}', { measure: measureText(by, report).label });
  return (
    <div class="chart">
      <div class="chart-head">
        <h3 id="differences-title">{title}</h3>
        <Exports
          what={title}
          chart={{
            file: 'differences',
            draw: () =>
              whiskerChart(
                pairs.map(({ models, ...pair }) => ({
                  ...pair,
                  name: models.map(name).join(' − '),
                  valid: pair.low !== null,
                })),
                {
                  title,
                  subtitle: t('{dataset}, {n}, 95 % intervals', {
                    dataset: report.dataset.name,
                    n: images(report.dataset.scored),
                  }),
                  marks: [{ value: 0, text: t('no difference') }],
                },
              ),
          }}
          csv={() =>
            saveText(
              'differences.csv',
              csvOf([
                ['model', 'than', 'difference', 'low', 'high'],
                ...pairs.map(p => [...p.models.map(name), p.value, p.low, p.high]),
              ]),
            )
          }
        />
      </div>
      <p class="quiet help">
        {t(
          'Both models see the same samples, so a difference is known better than either score. The 95 % interval is that of one pair alone; the ranking’s groups allow for all pairs at once.',
        )}
      </p>
      <TableBox aria-labelledby="differences-title">
        <table class="differences" aria-labelledby="differences-title">
          <thead>
            <tr>
              <th scope="col">{t('Model')}</th>
              <th scope="col">{t('Against')}</th>
              <th scope="col">{t('Difference')}</th>
              <th scope="col">{t('95 % interval')}</th>
              <th scope="col">{t('Reading')}</th>
            </tr>
          </thead>
          <tbody>
            {pairs.map(({ models, value, low, high }) => (
              <tr key={models.join('\n')}>
                <th scope="row">{name(models[0])}</th>
                <td>{name(models[1])}</td>
                <td class="number">{score(value)}</td>
                <td class="number">
                  {low === null || high === null
                    ? none
                    : t('{low} to {high}', { low: score(low), high: score(high) })}
                </td>
                <td>{reading(low, high)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </div>
  );
}

function reading(low: number | null, high: number | null): string {
  if (low === null || high === null) return t('No paired interval was computed');
  return low > 0 || high < 0 ? t('Scores higher') : t('Cannot be told apart');
}

/** All pairs of the models, as the report has them; of a pair that it does not have, the difference without an interval. */
function pairsOf(report: Report, ids: readonly string[]): Pair[] {
  const { by, order } = report.ranking;
  const place = (id: string) => {
    const at = order.indexOf(id);
    return at < 0 ? order.length : at;
  };
  const value = (id: string) =>
    report.models.find(model => model.id === id)?.scores[by]?.value ?? null;
  const sorted = [...ids].sort((a, b) => place(a) - place(b));
  return sorted.flatMap((a, k) =>
    sorted.slice(k + 1).map((b): Pair => {
      const known = report.ranking.differences?.find(
        ({ models }) => models[0] === a && models[1] === b,
      );
      if (known) return known;
      const [x, y] = [value(a), value(b)];
      const difference = x === null || y === null ? null : x - y;
      return { models: [a, b], value: difference, low: null, high: null };
    }),
  );
}
