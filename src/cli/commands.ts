import { randomBytes } from 'node:crypto';
import { access, constants, readFile, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { cellsOfFile, type PackedJoint, packJoint } from '../heatmap/index.js';
import {
  discover,
  fits,
  forkedForward,
  leftOut,
  run as runJob,
  sniffModel,
  version,
  worthRunning,
} from '../pipeline/index.js';
import type { Fits } from '../protocol/fits.js';
import { Cancelled, detailOf, failure, notice, TransferLensError } from '../protocol/notice.js';
import { nativeFolders } from '../protocol/worker.js';
import { toHtml } from '../report/html.js';
import { reportForms } from '../report/index.js';
import { savedFits } from '../report/savedFits.js';
import type { Report } from '../report/schema.js';
import { asSent } from '../report/sent.js';
import { printable } from '../report/table.js';
import { listing } from './listing.js';
import { type Locale, localeOf, stringsOf } from './locale.js';
import { CommandLineError, parseList, parseScore } from './options.js';
import { ProgressLine } from './progressLine.js';
import { usage } from './usage.js';

/** Runs the command line; resolves with the exit code. */
export async function run(args: string[], signal: AbortSignal): Promise<number> {
  const [command, ...rest] = args;
  if (
    command === undefined ||
    command === '--help' ||
    command === '-h' ||
    rest.includes('--help') ||
    rest.includes('-h')
  ) {
    process.stdout.write(usage);
    return command === undefined ? 2 : 0;
  }
  if (command === '--version') {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  try {
    if (command === 'list') return await list(rest, signal);
    if (command === 'score') return await score(rest, signal);
  } catch (error) {
    if (error instanceof Cancelled || signal.aborted) return 130;
    throw error;
  }
  throw new CommandLineError(`unknown command "${command}"`);
}

async function list(args: string[], signal: AbortSignal): Promise<number> {
  const { folder, json } = parseList(args);
  await mustExist(folder);
  const found = await search(folder, signal);
  process.stdout.write(
    json
      ? `${JSON.stringify({ schema: 1, models: found.models, datasets: found.datasets }, null, 2)}\n`
      : listing(folder, found),
  );
  return 0;
}

async function score(args: string[], signal: AbortSignal): Promise<number> {
  const { paths, dataset: given, form, out, next, job, ...options } = parseScore(args);
  const locale = options.locale ?? localeOf(process.env);
  // Before any work: hours of it must not end in a file that cannot be written.
  if (out !== null) await mustBeWritable(out);
  const models: string[] = [];
  const named = new Set<string>();
  for (const path of paths) {
    const info = await mustExist(path);
    if (!info.isDirectory()) {
      models.push(path);
      named.add(resolve(path));
    } else {
      const found = worthRunning((await search(path, signal)).models);
      if (found.models.length === 0)
        throw new CommandLineError(`${path}: no model was found in this folder`);
      models.push(...found.models.map(model => model.path));
      if (found.left.length > 0) say(leftOut(found.left).message);
    }
  }
  const found = models.filter(path => !named.has(resolve(path)));
  const dataset = given ?? (await ownDataset(models));
  const line = new ProgressLine(process.stderr);
  const verbose = process.env.TRANSFERLENS_LOG !== undefined;
  // As other tools of Node do, what is installed where the user works is taken, unless the variable says otherwise.
  process.env[nativeFolders] ??= process.cwd();
  const log = (level: string, text: string) => {
    if (verbose) process.stderr.write(`[${level}] ${text}\n`);
  };
  try {
    const joints = new Map<string, Promise<PackedJoint>>();
    const report = await runJob(
      { ...job, models, found, dataset },
      forkedForward(join(__dirname, 'worker.js'), log),
      {
        progress: p => line.show(p),
        partial: () => undefined,
        joint: joint => {
          // What a page may hold of it, not the whole: there may be many.
          if (form === 'html')
            joints.set(joint.model, packJoint(joint, cellsOfFile.html / models.length));
        },
        log,
      },
      signal,
    );
    line.clear();
    // As from the editor: what is made to be sent says nothing of this machine.
    const sender = { folder: process.cwd() + sep, home: homedir() + sep };
    const told = form === 'html' || form === 'md' ? asSent(report, sender) : report;
    const text =
      form === 'html'
        ? await page(
            { ...told, packedJoints: await Promise.all(joints.values()) },
            await savedFits(report, (model, samples) =>
              fits({ ...job, models, dataset }, model, samples, signal),
            ),
            locale,
          )
        : reportForms[form](told);
    if (next) printNext(report);
    if (out === null) process.stdout.write(next ? '' : text);
    else await writeFile(out, text).catch(error => unwritable(out, error));
    if (form !== 'json' && report.models.some(model => model.reason?.params?.snippet))
      say('the script that a message speaks of is in "reason.params.snippet" of --json');
    return report.models.every(model => model.status === 'scored') ? 0 : 3;
  } catch (error) {
    line.clear();
    // A run rejects only for its dataset: a model that fails is a row of the report.
    if (error instanceof TransferLensError && error.notice.code.startsWith('dataset.')) {
      process.stderr.write(`transferlens: ${printable(error.message)}\n`);
      return 2;
    }
    throw error;
  }
}

/** The script for the first of the ranking, alone on standard output, so that it can be written to a file. */
function printNext({ verdict = [], next }: Report): void {
  for (const { message } of verdict) say(message);
  if (next) process.stdout.write(next.script);
  else say(notice('cli.noNext', {}).message);
}

/** The panel with a report in it, of the files that are built beside this one. */
async function page(report: Report, why: readonly Fits[], locale: Locale): Promise<string> {
  const [script, ...styles] = await Promise.all(
    ['webview.js', 'standalone.css', 'webview.css'].map(name =>
      readFile(join(__dirname, name), 'utf8'),
    ),
  );
  const nonce = randomBytes(16).toString('base64');
  const strings = await stringsOf(locale);
  return toHtml(report, why, { script, styles, strings, locale, nonce });
}

/** Without a dataset, models have to be predictions with labels: the first one's are those that all are held against. */
async function ownDataset(models: readonly string[]): Promise<string> {
  for (const path of models) {
    const found = await sniffModel(path);
    if (!found)
      throw new CommandLineError(
        `${path}: it is no model, and no array of it is called as predictions are ("probs", "logits", "features"); name them in a sidecar`,
      );
    if (!found.labelled)
      throw new CommandLineError(
        `${path}: it has no labels of its own; give the dataset: --data DATASET`,
      );
  }
  return models[0];
}

/** What lies in a folder; parts of it that could not be searched are said on stderr. */
async function search(folder: string, signal: AbortSignal) {
  const found = await discover(folder, { exclude: [], signal });
  for (const { message } of found.notices) say(message);
  return found;
}

function say(message: string): void {
  process.stderr.write(`transferlens: ${printable(message)}\n`);
}

async function mustExist(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    throw new CommandLineError(`${path}: ${detailOf(error)}`);
  }
}

async function mustBeWritable(file: string): Promise<void> {
  try {
    const there = await stat(file).catch(() => null);
    if (there?.isDirectory()) throw new Error('it is a folder');
    await access(there ? file : dirname(file), constants.W_OK);
  } catch (error) {
    unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): never {
  throw failure('cli.outUnwritable', { file, detail: detailOf(error) }, error);
}
