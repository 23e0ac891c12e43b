import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { worthRunning } from '../discovery/index.js';
import { toMarkdown } from '../report/markdown.js';
import type { Report } from '../report/schema.js';
import type { DiscoveryService } from './discoveryService.js';
import { explanation } from './explanation.js';
import type { Runs } from './runs.js';

const rankInput = z.object({
  models: z.array(z.string()).optional(),
  dataset: z.string().optional(),
});
const explainInput = z.object({ model: z.string().optional() });

/** Tools that a language model may call: rank source models, explain a score. Nothing where the editor has no such tools. */
export function registerChatTools(runs: Runs, discovery: DiscoveryService): vscode.Disposable {
  const { lm } = vscode as Partial<Pick<typeof vscode, 'lm'>>;
  if (!lm?.registerTool) return vscode.Disposable.from();
  return vscode.Disposable.from(
    lm.registerTool('rank_source_models', new RankTool(runs, discovery)),
    lm.registerTool('explain_transferability_score', new ExplainTool(runs)),
  );
}

/** Input that fits, or an error that tells the model what does not. */
function checked<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  throw new Error(`The input does not fit the tool. ${z.prettifyError(parsed.error)}`);
}

/** A path as a model gives it: against the first folder of the workspace where it is not absolute. */
function absolute(path: string): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  return isAbsolute(path) || !folder ? path : join(folder.uri.fsPath, path);
}

type Rank = z.infer<typeof rankInput>;

class RankTool implements vscode.LanguageModelTool<Rank> {
  constructor(
    private readonly runs: Runs,
    private readonly discovery: DiscoveryService,
  ) {}

  async prepareInvocation({ input }: vscode.LanguageModelToolInvocationPrepareOptions<Rank>) {
    const { models, dataset } = await this.request(input);
    const { t } = vscode.l10n;
    const named =
      dataset === undefined ? t('no dataset') : vscode.workspace.asRelativePath(dataset);
    return {
      invocationMessage: t('Scoring {0} models on {1}', models.length, named),
      confirmationMessages: {
        title: t('Score Transferability'),
        message: t(
          'Run {0} models of this workspace once over {1}, on this machine?',
          models.length,
          named,
        ),
      },
    };
  }

  async invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<Rank>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    if (!vscode.workspace.isTrusted)
      throw new Error(
        'The workspace is not trusted, so no model in it may be run. Ask the user to trust it first.',
      );
    const { models, found, dataset } = await this.request(input);
    if (models.length === 0)
      throw new Error(
        'No model was found in the workspace. Give absolute paths of model files in "models".',
      );
    if (dataset === undefined) throw new Error(await this.whichDataset());
    if (this.runs.running)
      throw new Error('A run is in progress. Wait until it has ended, then ask again.');
    const cancel = token.onCancellationRequested(() => void this.runs.cancel());
    try {
      await this.runs.start({ models, found, dataset });
    } finally {
      cancel.dispose();
    }
    const { report, problem } = this.runs.state();
    if (!report)
      throw new Error(problem?.message ?? 'The run was cancelled before any model was scored.');
    return said(toMarkdown(report));
  }

  private async whichDataset(): Promise<string> {
    const { datasets } = await this.discovery.found();
    return datasets.length === 0
      ? 'No labelled dataset was found in the workspace. Ask the user for one and give its absolute path in "dataset".'
      : `There is more than one labelled dataset. Give one in "dataset": ${datasets.map(d => d.path).join(', ')}.`;
  }

  /** What is meant where the model leaves something out: all models that run, the only dataset. */
  private async request(
    input: unknown,
  ): Promise<{ models: string[]; found?: string[]; dataset?: string }> {
    const given = checked(rankInput, input);
    const found = await this.discovery.found();
    const all = worthRunning(found.models).models.map(m => m.path);
    const models = given.models?.map(absolute) ?? all;
    const [only, ...others] = found.datasets;
    const dataset = given.dataset === undefined ? undefined : absolute(given.dataset);
    return {
      models,
      found: given.models ? [] : all,
      dataset: dataset ?? (others.length === 0 ? only?.path : undefined),
    };
  }
}

class ExplainTool implements vscode.LanguageModelTool<z.infer<typeof explainInput>> {
  constructor(private readonly runs: Runs) {}

  prepareInvocation() {
    return { invocationMessage: vscode.l10n.t('Reading the last ranking') };
  }

  async invoke({
    input,
  }: vscode.LanguageModelToolInvocationOptions<unknown>): Promise<vscode.LanguageModelToolResult> {
    await this.runs.restore();
    const { report } = this.runs.state();
    if (!report) throw new Error('There is no ranking yet. Call rank_source_models first.');
    return said(explanation(report, modelOf(report, checked(explainInput, input).model)));
  }
}

function modelOf(report: Report, wanted: string | undefined): Report['models'][number] {
  const [first] = report.ranking.order;
  const found = report.models.find(m =>
    wanted === undefined ? m.id === first : [m.id, m.name, m.path].includes(wanted),
  );
  if (found) return found;
  const known = report.models.map(m => m.id).join(', ');
  throw new Error(`There is no model "${wanted ?? first}" in the last ranking; it has ${known}.`);
}

function said(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}
