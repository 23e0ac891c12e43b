import { none, score } from '../format.js';
import { t } from '../l10n.js';
import { across, scaleOf } from './axis.js';
import { type Drawing, fitted, ink, type Mark, textWidth } from './drawing.js';

/** A value with its interval; null where there is none. */
export interface Whisker {
  name: string;
  value: number | null;
  low: number | null;
  high: number | null;
  /** Whether it is to be trusted; hollow where not. */
  valid: boolean;
}

interface Options {
  title: string;
  subtitle: string;
  /** Values marked across all rows, with what they mean. */
  marks: readonly { value: number; text: string }[];
}

const row = 24;
const edge = 16;
const plot = 440;
const widestName = 280;

/** Dots with whiskers on one axis, a row each: name, interval, number. */
export function whiskerChart(rows: readonly Whisker[], options: Options): Drawing {
  const shown = rows.map(one => ({ ...one, text: fitted(one.name, widestName) }));
  const left = edge + Math.max(0, ...shown.map(({ text }) => textWidth(text))) + 16;
  const numbers = shown.map(numberOf);
  const width = left + plot + 16 + Math.max(0, ...numbers.map(text => textWidth(text))) + edge;
  const top = options.marks.length > 0 ? 78 : 62;
  const bottom = top + row * rows.length;
  const values = [
    ...rows.flatMap(({ value, low, high }) => [value, low, high]),
    ...options.marks.map(({ value }) => value),
  ].filter(value => value !== null);
  const scale = scaleOf(values.length ? values : [0], left, left + plot);
  const drawn = shown.flatMap(({ text, ...one }, k): Mark[] => {
    const y = top + row * (k + 0.5);
    return [
      { kind: 'text', x: left - 12, y: y + 4, text, anchor: 'end', title: one.name },
      ...whisker(one, y, scale.place),
      { kind: 'text', x: left + plot + 16, y: y + 4, text: numbers[k], colour: ink.quiet },
    ];
  });
  return {
    width: Math.max(width, 2 * edge + textWidth(options.title, 15, true)),
    height: bottom + 36,
    title: options.title,
    description: options.subtitle,
    marks: [
      { kind: 'text', x: edge, y: 26, text: options.title, size: 15, bold: true },
      { kind: 'text', x: edge, y: 46, text: options.subtitle, colour: ink.quiet },
      ...across(scale, top, bottom),
      ...named(options.marks, scale.place, top, bottom, left + plot / 2),
      ...drawn,
    ],
  };
}

/** Lines across all rows; each is named on the side where there is room. */
function named(
  marks: Options['marks'],
  place: (value: number) => number,
  top: number,
  bottom: number,
  middle: number,
): Mark[] {
  return marks.flatMap(({ value, text }): Mark[] => {
    const x = place(value);
    return [
      { kind: 'line', x1: x, y1: top - 6, x2: x, y2: bottom, colour: ink.quiet, dashed: true },
      {
        kind: 'text',
        x,
        y: top - 10,
        text,
        colour: ink.quiet,
        ...(x > middle && { anchor: 'end' }),
      },
    ];
  });
}

function whisker(one: Whisker, y: number, place: (value: number) => number): Mark[] {
  const { value, low, high, valid } = one;
  const marks: Mark[] = [];
  if (low !== null && high !== null)
    for (const [x1, y1, x2, y2] of [
      [place(low), y, place(high), y],
      [place(low), y - 5, place(low), y + 5],
      [place(high), y - 5, place(high), y + 5],
    ])
      marks.push({ kind: 'line', x1, y1, x2, y2, colour: ink.accent });
  if (value !== null)
    marks.push({
      ...{ kind: 'dot', x: place(value), y, radius: 4, colour: ink.accent, hollow: !valid },
      title: `${one.name}: ${numberOf(one)}`,
    });
  return marks;
}

/** "−0.121 [−0.133, −0.109]" in the user's language. */
function numberOf({ value, low, high }: Whisker): string {
  if (value === null) return none;
  if (low === null || high === null) return score(value);
  return t('{x} [{low}, {high}]', { x: score(value), low: score(low), high: score(high) });
}
