import type { Report } from '../../src/report/schema.js';
import { agreementChart } from '../charts/agreementChart.js';
import { Exports } from '../exports.js';
import { count, none, score } from '../format.js';
import { t } from '../l10n.js';
import { measureText } from '../measures.js';
import { csvOf, saveText } from '../save.js';
import { TableBox } from '../tableBox.js';

/** How far the measures put the models in the same order: Kendall's tau of each pair. */
export function AgreementMatrix({ report }: { report: Report }) {
  const pairs = report.ranking.agreement ?? [];
  if (!pairs.length) return null;
  const ids = [...new Set(pairs.flatMap(({ measures }) => measures))];
  const found = new Map(
    pairs.flatMap(pair => {
      const [a, b] = pair.measures;
      return [[`${a} ${b}`, pair] as const, [`${b} ${a}`, pair] as const];
    }),
  );
  const label = (id: string) => measureText(id, report).label;
  return (
    <div class="chart">
      <div class="chart-head">
        <h3 id="agreement-title">{t('How far the measures agree')}</h3>
        <Exports
          what={t('How far the measures agree')}
          chart={{
            file: 'agreement',
            draw: () =>
              agreementChart(
                ids.map(label),
                pairs.map(({ measures: [a, b], ...pair }) => ({
                  ...pair,
                  measures: [label(a), label(b)],
                })),
                {
                  title: t('How far the measures agree'),
                  subtitle: t('Kendall’s tau of the orders of {n} models on {dataset}', {
                    n: count(report.models.filter(({ status }) => status === 'scored').length),
                    dataset: report.dataset.name,
                  }),
                  between: (low, high) => t('95 % interval {low} to {high}', { low, high }),
                },
              ),
          }}
          csv={() =>
            saveText(
              'agreement.csv',
              csvOf([
                ['measure', 'measure', 'tau', 'low', 'high'],
                ...pairs.map(p => [...p.measures, p.tau, p.low, p.high]),
              ]),
            )
          }
        />
      </div>
      <p class="quiet help">
        {t(
          'Kendall’s tau of the orders that two measures put the models in: 1 the same order, 0 none in common, −1 the reverse. The 95 % interval is in each cell’s tooltip.',
        )}
      </p>
      <TableBox aria-labelledby="agreement-title">
        <table class="agreement" aria-labelledby="agreement-title">
          <thead>
            <tr>
              <td />
              {ids.map(id => (
                <th key={id} scope="col">
                  {label(id)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ids.map(row => (
              <tr key={row}>
                <th scope="row">{label(row)}</th>
                {ids.map(column => {
                  const pair = found.get(`${row} ${column}`);
                  if (!pair) return <td key={column}>{row === column ? '1' : none}</td>;
                  const between =
                    pair.low === null || pair.high === null
                      ? undefined
                      : t('95 % interval {low} to {high}', {
                          low: score(pair.low),
                          high: score(pair.high),
                        });
                  return (
                    <td key={column} class={`tau-${stepOf(pair.tau)}`} title={between}>
                      {score(pair.tau)}
                      {between && <span class="sr-only">{`, ${between}`}</span>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </div>
  );
}

/** Five steps of each of two colours: 0 for no agreement, 4 for nearly the same order, `reverse-4` for nearly its reverse. */
function stepOf(tau: number): string {
  const step = Math.min(4, Math.floor(Math.abs(tau) * 5));
  return tau < 0 && step > 0 ? `reverse-${step}` : String(step);
}
