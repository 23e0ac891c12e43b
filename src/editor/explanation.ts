import { interval, percent, score } from '../report/format.js';
import { escapeMarkdown } from '../report/markdown.js';
import type { ModelReport, Report } from '../report/schema.js';
import { rankLabel } from '../report/table.js';

/** What is known of one model's scores, in words for a language model: every figure with what it means. */
export function explanation(report: Report, model: ModelReport): string {
  const { dataset, ranking } = report;
  const out = [
    `# ${escapeMarkdown(model.name)} on ${escapeMarkdown(dataset.name)}`,
    '',
    `Scored on ${dataset.scored} samples of ${dataset.classes.length} target classes (split ${dataset.split}).`,
  ];
  if (model.status === 'failed')
    return [...out, `It failed: ${escapeMarkdown(model.reason?.message ?? '')}`, ''].join('\n');
  const p = ranking.probabilityBest[model.id];
  out.push(
    `Rank ${rankLabel(report, model.id)} of ${ranking.order.length} by ${ranking.by}` +
      (p === undefined ? '.' : `; probability that it is the best of them: ${percent(p)}.`),
    ...(ranking.winner === model.id
      ? ['It is the winner: told apart from every other model.']
      : []),
    ...(ranking.signal === false ? ['No model scores above what shuffled labels give.'] : []),
    '',
  );
  for (const measure of report.measures ?? []) {
    const s = model.scores[measure.id];
    if (!s) continue;
    const bounds = s.low === null ? '' : `, 95 % interval ${interval(s.low, s.high, 3)}`;
    const floor =
      measure.noSignal === null
        ? ''
        : ` A model that says nothing of the labels gets ${score(measure.noSignal, 3)}.`;
    out.push(
      `- **${measure.name}** ${score(s.value, 3)}${bounds}. ${measure.hint}${floor}` +
        (s.valid ? '' : ` Not to be trusted here: ${s.note ?? ''}`),
    );
  }
  const warnings = report.warnings.filter(
    w => w.models.length === 0 || w.models.includes(model.id),
  );
  if (warnings.length > 0)
    out.push('', 'Warnings:', ...warnings.map(w => `- ${escapeMarkdown(w.message)}`));
  return `${out.join('\n')}\n`;
}
