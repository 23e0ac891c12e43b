import * as vscode from 'vscode';
import { notice } from '../protocol/notice.js';
import { difference, type ModelChange } from '../report/diff.js';
import { score } from '../report/format.js';
import type { Report } from '../report/schema.js';
import type { RunSummary } from './runHistory.js';
import type { Runs } from './runs.js';
import { outcome } from './statusText.js';
import { escapeMarkdown, wordOf } from './wording.js';

const scheme = 'transferlens-diff';

/** Two runs side by side: a page in the editor's own Markdown preview. */
export class RunDiff implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #runs: Runs;
  readonly #registered: vscode.Disposable;

  constructor(runs: Runs) {
    this.#runs = runs;
    this.#registered = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  /** Shows what changed between two runs, the earlier one first, whichever was chosen first. */
  async show(chosen: readonly RunSummary[]): Promise<void> {
    const two = chosen.length === 2 ? chosen : await this.#choose(chosen[0]);
    if (!two) return;
    const [before, after] = [...two].sort((a, b) => a.started - b.started);
    const uri = vscode.Uri.from({
      scheme,
      path: `/${after.dataset}.md`,
      query: new URLSearchParams({ before: before.id, after: after.id }).toString(),
    });
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const ids = new URLSearchParams(uri.query);
    const [before, after] = await Promise.all(
      ['before', 'after'].map(which => this.#runs.report(ids.get(which) ?? '')),
    );
    return before && after
      ? page(before, after)
      : vscode.l10n.t('One of the two runs is no longer in the history.');
  }

  dispose(): void {
    this.#registered.dispose();
  }

  /** Asks for the runs that are not chosen yet. */
  async #choose(first?: RunSummary): Promise<RunSummary[] | null> {
    const { t } = vscode.l10n;
    const runs = (await this.#runs.history()).filter(run => run.report && run.status !== 'running');
    if (runs.length < 2) {
      void vscode.window.showInformationMessage(
        t('There are fewer than two runs to compare. Score models once more first.'),
      );
      return null;
    }
    const ask = async (title: string, without?: RunSummary) => {
      const items = runs
        .filter(run => run.id !== without?.id)
        .map(run => ({
          label: run.dataset,
          description: run.report ? outcome(run.report, t) : '',
          detail: new Date(run.started).toLocaleString(vscode.env.language),
          run,
        }));
      // No placeholder: the editor repeats it as a hover over the title.
      return (await vscode.window.showQuickPick(items, { title }))?.run;
    };
    const one = first ?? (await ask(t('Compare Runs: the first')));
    const other = one && (await ask(t('Compare Runs: {0} with', one.dataset), one));
    return one && other ? [one, other] : null;
  }
}

function page(before: Report, after: Report): string {
  const { t } = vscode.l10n;
  const { settings, measure, models, otherData, ...warnings } = difference(before, after);
  const line = (cells: string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const dates = [before, after].map(({ provenance }) =>
    new Date(provenance.date).toLocaleString(vscode.env.language, {
      dateStyle: 'medium',
      timeStyle: 'medium',
    }),
  );
  const named = [before, after].map(({ dataset }, i) => `${dataset.name}, ${dates[i]}`);
  const out = [
    `# ${escapeMarkdown(
      otherData
        ? t('{0} and {1}: what differs', before.dataset.name, after.dataset.name)
        : t('{0}: what changed', after.dataset.name),
    )}`,
    '',
    escapeMarkdown(t('{0} with 95 % intervals. The later run ranks.', measure)),
    '',
    // Scores of different data do not compare: what they are of stands above them, in the place of their difference.
    ...(otherData
      ? [
          line([t('Model'), t('Rank'), ...named]),
          '| :-- | :-- | --: | --: |',
          ...models.map(model => line([model.name, places(model), ...scores(model)])),
        ]
      : [
          line([t('Model'), t('Rank'), t('Change'), ...dates]),
          '| :-- | :-- | --: | --: | --: |',
          ...models.map(model =>
            line([model.name, places(model), changeOf(model), ...scores(model)]),
          ),
        ]),
    '',
  ];
  if (otherData) out.push(escapeMarkdown(wordOf(notice('runs.otherData', {}))));
  else if (models.some(({ apart }) => apart))
    out.push(
      escapeMarkdown(
        t('A change in bold is more than the two intervals allow for: they do not meet.'),
      ),
    );
  else if (models.some(({ difference: by }) => by !== null))
    out.push(
      escapeMarkdown(t('No score changed by more than its intervals allow for: they all meet.')),
    );
  if (settings.length === 0)
    out.push(
      '',
      escapeMarkdown(
        t('Both runs were asked the same: dataset, split, number of samples and seed.'),
      ),
    );
  if (settings.length > 0)
    out.push(
      ...['', `## ${escapeMarkdown(t('Done differently'))}`, ''],
      line(['', dates[0], dates[1]]),
      '| --- | --- | --- |',
      ...settings.map(({ name, before: a, after: b }) => line([t(name), a, b])),
    );
  const list = (title: string, found: readonly Report['warnings'][number][]) => {
    if (found.length > 0)
      out.push(
        '',
        `## ${title}`,
        '',
        ...found.map(warning => `- ${escapeMarkdown(wordOf(warning))}`),
      );
  };
  list(escapeMarkdown(t('New warnings')), warnings.warningsNew);
  list(escapeMarkdown(t('Warnings that are gone')), warnings.warningsGone);
  return `${out.join('\n').replaceAll('\\*\\*', '**')}\n`;
}

function scores({ scoreBefore, scoreAfter }: ModelChange): string[] {
  return [scoreBefore || '–', scoreAfter || '–'];
}

function places({ before, after }: ModelChange): string {
  const said = (place: number | null) => (place === null ? '–' : String(place));
  if (before === after) return said(after);
  const arrow = before !== null && after !== null ? (after < before ? '↑' : '↓') : '→';
  return `${said(before)} ${arrow} ${said(after)}`;
}

function changeOf({ difference: by, apart }: ModelChange): string {
  if (by === null) return '–';
  const text = `${by > 0 ? '+' : ''}${score(by, 3)}`;
  return apart ? `**${text}**` : text;
}
