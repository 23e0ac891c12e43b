import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureIds } from '../pipeline/index.js';
import {
  columnRoles,
  type DatasetOptions,
  type PixelRange,
  parsePixelRange,
} from '../protocol/datasetOptions.js';
import type { ScoreJob } from '../protocol/job.js';
import { type ReportForm, reportForms } from '../report/index.js';
import { defaultCache } from './cache.js';
import { type Locale, locales } from './locale.js';

/** Wrong usage: exit code 2. */
export class CommandLineError extends Error {}

export interface ScoreOptions {
  /** Models, or folders that hold models. */
  paths: string[];
  /** Null: the models are predictions with labels of their own. */
  dataset: string | null;
  form: ReportForm | 'html';
  /** Language of a page; null: that of the terminal. */
  locale: Locale | null;
  out: string | null;
  /** Whether the script for the first of the ranking is asked for. */
  next: boolean;
  /** The job less its models, which are found first. */
  job: Omit<ScoreJob, 'models' | 'dataset'>;
}

/** The options of `transferlens score`. Throws `CommandLineError` with what is wrong. */
export function parseScore(args: string[]): ScoreOptions {
  const { values, positionals } = parse(args, {
    data: { type: 'string' },
    measures: { type: 'string' },
    intent: { type: 'string' },
    split: { type: 'string' },
    rows: { type: 'string' },
    columns: { type: 'string' },
    targets: { type: 'string' },
    classes: { type: 'boolean' },
    'pixel-range': { type: 'string' },
    'max-samples': { type: 'string' },
    seed: { type: 'string' },
    threads: { type: 'string' },
    cache: { type: 'string' },
    'no-cache': { type: 'boolean' },
    format: { type: 'string' },
    locale: { type: 'string' },
    json: { type: 'boolean' },
    next: { type: 'boolean' },
    out: { type: 'string' },
  });
  if (positionals.length === 0) throw new CommandLineError('give a model or a folder of models');
  const data = text(values.data);
  if (values.cache !== undefined && values['no-cache'])
    throw new CommandLineError('--cache and --no-cache exclude each other');
  return {
    paths: positionals.map(path => resolve(path)),
    dataset: data === undefined ? null : resolve(data),
    form: form(text(values.format), values.json === true),
    locale: oneOf('--locale', text(values.locale), locales) ?? null,
    out: text(values.out) ?? null,
    next: values.next === true,
    job: {
      options: {
        columns: columnsOf(text(values.columns)),
        targets: listOf(text(values.targets)),
        classes: values.classes === true,
        ...(values['pixel-range'] === undefined
          ? {}
          : { pixelRange: pixelRangeOf(text(values['pixel-range'])) }),
      },
      measures: measuresOf(text(values.measures)),
      intent: intentOf(text(values.intent)),
      split:
        oneOf('--split', text(values.split), ['train', 'val', 'test', 'all'] as const) ?? 'auto',
      rows: rowsOf(text(values.rows)),
      maxSamples:
        values['max-samples'] === 'all'
          ? 'all'
          : (whole('--max-samples', text(values['max-samples']), 1) ?? 'auto'),
      seed: whole('--seed', text(values.seed), 0) ?? 0,
      threads: whole('--threads', text(values.threads), 1) ?? 0,
      cache: values['no-cache'] ? null : resolve(text(values.cache) ?? defaultCache()),
      cacheLimit: 10e9,
    },
  };
}

/** The options of `transferlens list`. */
export function parseList(args: string[]): { folder: string; json: boolean } {
  const { values, positionals } = parse(args, { json: { type: 'boolean' } });
  if (positionals.length !== 1) throw new CommandLineError('give one folder to list');
  return { folder: resolve(positionals[0]), json: values.json === true };
}

type Specs = Record<string, { type: 'string' | 'boolean' }>;

function parse(args: string[], options: Specs) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new CommandLineError(error instanceof Error ? error.message : String(error));
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function oneOf<T extends string>(name: string, value: string | undefined, allowed: readonly T[]) {
  if (value === undefined) return undefined;
  const found = allowed.find(a => a === value);
  if (found === undefined)
    throw new CommandLineError(`${name} is one of ${allowed.join(', ')}, not "${value}"`);
  return found;
}

function form(value: string | undefined, json: boolean): ReportForm | 'html' {
  const found = oneOf('--format', value, [
    ...(Object.keys(reportForms) as ReportForm[]),
    'html',
  ] as const);
  if (json && found !== undefined && found !== 'json')
    throw new CommandLineError('--json and --format exclude each other');
  return json ? 'json' : (found ?? 'table');
}

function whole(name: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  const n = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(n) || n < least)
    throw new CommandLineError(`${name} is a whole number from ${least}, not "${value}"`);
  return n;
}

function rowsOf(value: string | undefined): [number, number] | undefined {
  if (value === undefined) return undefined;
  const [, from, to] = /^(\d*):(\d*)$/.exec(value) ?? [];
  if (from === undefined || to === undefined)
    throw new CommandLineError(`--rows is A:B, e.g. 0:1000, not "${value}"`);
  const range: [number, number] = [
    Number(from || 0),
    to === '' ? Number.MAX_SAFE_INTEGER : Number(to),
  ];
  if (range[1] <= range[0]) throw new CommandLineError(`--rows ${value} is empty`);
  return range;
}

function pixelRangeOf(value = ''): PixelRange {
  const range = parsePixelRange(value);
  if (range) return range;
  throw new CommandLineError(`--pixel-range is LOW:HIGH, e.g. 0:16, not "${value}"`);
}

function columnsOf(value: string | undefined): DatasetOptions['columns'] {
  const columns: DatasetOptions['columns'] = {};
  for (const pair of value?.split(',') ?? []) {
    const [, given, name] = /^([^=]+)=(.+)$/.exec(pair.trim()) ?? [];
    if (name === undefined)
      throw new CommandLineError(`--columns is like label=species,group=patient, not "${value}"`);
    const role = oneOf('a role in --columns', given, columnRoles);
    if (role) columns[role] = name;
  }
  return columns;
}

function intentOf(value: string | undefined): ScoreJob['intent'] {
  const found = oneOf('--intent', value, ['fine-tune', 'retrain-head'] as const);
  return found === 'retrain-head' ? 'retrainHead' : 'fineTune';
}

function listOf(value: string | undefined): string[] {
  const names = value?.split(',').map(name => name.trim()) ?? [];
  return names.filter(Boolean);
}

function measuresOf(value: string | undefined): string[] {
  if (value === 'all') return [...measureIds];
  const ids = listOf(value);
  const unknown = ids.find(id => !measureIds.includes(id));
  if (unknown !== undefined)
    throw new CommandLineError(`unknown measure "${unknown}"; there are ${measureIds.join(', ')}`);
  return ids;
}
