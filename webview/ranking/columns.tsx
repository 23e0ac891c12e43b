import type { ComponentChildren } from 'preact';
import type { PanelState } from '../../src/protocol/panel.js';
import type { Report, Score } from '../../src/report/schema.js';
import { bytes, count, leading, none, percent, score } from '../format.js';
import { list, t } from '../l10n.js';
import { detailTexts, marksOf, measureOf, measureText, measureValue } from '../measures.js';
import { doubtOf, type Footnotes, unrankedText } from './footnotes.js';
import type { Row } from './rows.js';
import { Axis, type AxisScale, axisOf, Whisker } from './whisker.js';

/** A column of the ranking: everything the table knows of it. */
export interface Column {
  id: string;
  label: string;
  /** In words, where the label is a sign. */
  name?: string;
  /** One sentence for the header's tooltip. */
  hint: string;
  /** Style of its cells. */
  kind: 'rank' | 'marks' | 'name' | 'text' | 'number' | 'headline';
  /** Where the first click on the header sorts to: the best on top. */
  descendingFirst: boolean;
  /** What it sorts by; null goes last in both directions. */
  key(row: Row): number | string | null;
  cell(row: Row, notes: Footnotes): ComponentChildren;
  /** What a screen reader says of a cell, where that is more than it shows. */
  spoken?(row: Row): string | undefined;
  /** What Ctrl+C copies: full precision, a dot for decimals. */
  text(row: Row): string;
  /** Under the header's label. */
  under?: ComponentChildren;
}

/** Columns that every row has, whatever its state; they cannot be hidden. */
export const fixedColumns: readonly string[] = ['rank', 'marks', 'name'];

/** The columns that a report has, or would have once the first model is scored. */
export function columnsOf({ report, status }: Pick<PanelState, 'report' | 'status'>): Column[] {
  const by = report?.ranking.by ?? 'leepLoo';
  // Who leads is said when all models are through, and where there is more than one.
  const final = status === 'done' && (report?.ranking.order.length ?? 0) > 1;
  const scored = report?.models.filter(model => model.status === 'scored') ?? [];
  const others = [...new Set(scored.flatMap(model => Object.keys(model.scores)))].filter(
    id => id !== by,
  );
  if (!scored.length) others.push('leep', 'nce');
  const isStatic = (id: string) => measureOf(id, report)?.family === 'static';
  return [
    rankColumn(),
    marksColumn(),
    {
      id: 'name',
      label: t('Model'),
      hint: t('The source model; its path is in the tooltip of each row.'),
      kind: 'name',
      descendingFirst: false,
      key: row => row.name.toLowerCase(),
      cell: row => <Name row={row} winner={final && report?.ranking.winner === row.id} />,
      text: row => row.name,
    },
    {
      id: 'format',
      label: t('Format'),
      hint: t('File format of the model.'),
      kind: 'text',
      descendingFirst: false,
      key: row => row.model?.format ?? null,
      cell: row => (row.model ? formatName(row.model.format) : none),
      text: row => row.model?.format ?? '',
    },
    numberColumn(
      'sourceClasses',
      t('Classes'),
      t('Source classes: the outputs of the model.'),
      row => row.model?.sourceClasses ?? null,
      count,
    ),
    headlineColumn(by, report),
    ...others.filter(id => !isStatic(id)).map(id => measureColumn(id, report)),
    {
      id: 'probabilityBest',
      label: t('P(best)'),
      hint: t(
        'Probability that this model has the highest expected score of those listed, from the paired intervals.',
      ),
      kind: 'number',
      descendingFirst: true,
      key: row => row.probabilityBest,
      cell: row => (row.probabilityBest === null ? none : percent(row.probabilityBest)),
      text: row => plain(row.probabilityBest),
    },
    ...others.filter(isStatic).map(id => measureColumn(id, report)),
    numberColumn(
      'bytes',
      t('Size'),
      t('Bytes of the model’s files.'),
      row => row.model?.bytes ?? null,
      bytes,
    ),
    numberColumn(
      'milliseconds',
      t('ms/sample'),
      t(
        'Milliseconds of inference for a sample on this machine; empty where all outputs were in the store.',
      ),
      row => (row.model?.imagesPerSecond ? 1000 / row.model.imagesPerSecond : null),
      leading,
    ),
  ];
}

/** A star that the user gives, and the choice of models to compare. */
function marksColumn(): Column {
  return {
    id: 'marks',
    label: '★',
    name: t('Star'),
    hint: t('Your marks: a star to find a model again, a tick to compare it. Sorts by star.'),
    kind: 'marks',
    descendingFirst: true,
    key: row => Number(row.starred),
    cell: () => null,
    text: row => (row.starred ? '★' : ''),
  };
}

function rankColumn(): Column {
  return {
    id: 'rank',
    label: t('Rank'),
    hint: t(
      'Place by the headline score. Models that cannot be told apart at 95 % share their places.',
    ),
    kind: 'rank',
    descendingFirst: false,
    key: row => row.rank?.first ?? null,
    cell: (row, notes) => {
      if (!row.rank) return row.unranked === null ? none : <Unranked row={row} notes={notes} />;
      const { peers } = row.rank;
      const title = peers.length
        ? t('Cannot be told apart at 95 % from {models}', { models: list(peers) })
        : undefined;
      return <span title={title}>{rankText(row)}</span>;
    },
    text: row => (row.rank ? rankText(row) : ''),
  };
}

function rankText({ rank }: Row): string {
  if (!rank) return none;
  return rank.first === rank.last ? String(rank.first) : `${rank.first}–${rank.last}`;
}

/** In place of a rank: the number of the footnote that says why there is none. */
function Unranked({ row, notes }: { row: Row; notes: Footnotes }) {
  const reason = unrankedText(row.unranked ?? '');
  return (
    <span title={reason}>
      {none}
      <span class="sr-only">{reason}</span>
      <sup aria-hidden="true">{notes.get(reason)}</sup>
    </span>
  );
}

function Name({ row, winner }: { row: Row; winner: boolean }) {
  return (
    <span class="model-name" title={row.path}>
      <span class="name-text">{row.name}</span>
      {winner && <span class="badge">{t('leads')}</span>}
    </span>
  );
}

function headlineColumn(by: string, report: Report | null): Column {
  const { label, hint } = measureText(by, report);
  const scale: AxisScale | null = report && axisOf(report, by, marksOf(by, report));
  return {
    id: by,
    label,
    hint,
    kind: 'headline',
    descendingFirst: true,
    key: row => row.model?.scores[by]?.value ?? null,
    cell: (row, notes) => {
      const value = row.model?.scores[by];
      return (
        <span class="headline-cell">
          <ScoreText row={row} id={by} notes={notes} report={report} />
          {scale && value && <Whisker scale={scale} score={value} />}
        </span>
      );
    },
    spoken: row => spokenScore(row, by, report),
    text: row => plain(row.model?.scores[by]?.value),
    under: <Axis scale={scale} />,
  };
}

function measureColumn(id: string, report: Report | null): Column {
  const { label, hint } = measureText(id, report);
  return {
    id,
    label,
    hint,
    kind: 'number',
    descendingFirst: true,
    key: row => row.model?.scores[id]?.value ?? null,
    cell: (row, notes) => <ScoreText row={row} id={id} notes={notes} report={report} />,
    spoken: row => spokenScore(row, id, report),
    text: row => plain(row.model?.scores[id]?.value),
  };
}

/** A score as text; greyed and with its reason at the foot of the table where it is not to be trusted. */
function ScoreText(props: { row: Row; id: string; notes: Footnotes; report: Report | null }) {
  const found = props.row.model?.scores[props.id];
  if (!found) return <>{none}</>;
  const { value, more } = wordingOf(found, props.id, props.report);
  const doubt = doubtOf(found);
  return (
    <span class={doubt ? 'score invalid' : 'score'} title={more || undefined}>
      {value}
      {doubt && more && <span class="sr-only">{`, ${more}`}</span>}
      {doubt && <sup>{props.notes.get(doubt)}</sup>}
    </span>
  );
}

/**
 * A score with its interval, as one text of its cell. One with a footnote says so in its own texts; for all others the hundreds of hidden
 * elements of a large table would double the time of its layout.
 */
function spokenScore(row: Row, id: string, report: Report | null): string | undefined {
  const found = row.model?.scores[id];
  if (!found || doubtOf(found)) return undefined;
  const { value, more } = wordingOf(found, id, report);
  return more ? `${value}, ${more}` : undefined;
}

/** A score in words, and its interval and further figures. */
interface Wording {
  value: string;
  more: string;
}

/** By score: each is worded once, for every sort and every filter words all that are seen again. */
const wordings = new WeakMap<Score, Wording>();

function wordingOf(found: Score, id: string, report: Report | null): Wording {
  const known = wordings.get(found);
  if (known) return known;
  const wording = { value: measureValue(id, found.value, report), more: moreOf(found) };
  wordings.set(found, wording);
  return wording;
}

function moreOf(found: Score): string {
  const interval =
    found.low === null || found.high === null
      ? null
      : t('95 % interval {low} to {high}', { low: score(found.low), high: score(found.high) });
  return [...(interval ? [interval] : []), ...detailTexts(found)].join(', ');
}

function numberColumn(
  id: string,
  label: string,
  hint: string,
  value: (row: Row) => number | null,
  format: (value: number) => string,
): Column {
  return {
    id,
    label,
    hint,
    kind: 'number',
    descendingFirst: false,
    key: value,
    cell: row => {
      const found = value(row);
      return found === null ? none : format(found);
    },
    text: row => plain(value(row)),
  };
}

function plain(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

function formatName(format: string): string {
  const names: Record<string, string> = {
    onnx: 'ONNX',
    ort: 'ORT',
    tfjs: 'TF.js',
    savedModel: 'SavedModel',
    predictions: t('Predictions'),
    checkpoint: 'PyTorch',
    keras: 'Keras',
  };
  return names[format] ?? format;
}
