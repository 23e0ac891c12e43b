import type { Report, Score } from '../../src/report/schema.js';
import { none, score as scoreText, tick } from '../format.js';
import { t } from '../l10n.js';
import type { Marks } from '../measures.js';
import './whisker.css';

/** Width of the drawing, CSS pixels; the same for header and rows, so that they line up. */
const width = 204;
const margin = 6;

/** The axis that all rows share. */
export interface AxisScale extends Marks {
  low: number;
  high: number;
}

/** An axis that holds every score of a measure, their intervals and the marks. */
export function axisOf(report: Report, measure: string, marks: Marks): AxisScale | null {
  const values = report.models.flatMap(model => {
    const score = model.scores[measure];
    return score ? [score.value, score.low, score.high] : [];
  });
  const all = [...values, marks.noSignal, marks.perfect].filter(value => value !== null);
  if (!all.length) return null;
  const low = Math.min(...all);
  const high = Math.max(...all);
  return { ...marks, low, high: high > low ? high : low + 1 };
}

function place(scale: AxisScale, value: number): number {
  return margin + ((value - scale.low) / (scale.high - scale.low)) * (width - 2 * margin);
}

/** The axis under the header, with the names of its marks. */
export function Axis({ scale }: { scale: AxisScale | null }) {
  return (
    <svg class="axis" width={width} height={26} aria-hidden="true">
      {scale && <Marking scale={scale} />}
      <line x1={margin} x2={width - margin} y1={21.5} y2={21.5} class="axis-line" />
    </svg>
  );
}

function Marking({ scale }: { scale: AxisScale }) {
  const marks = [
    { value: scale.noSignal, text: t('no signal {x}', { x: scoreText(scale.noSignal) }) },
    {
      value: scale.perfect,
      text: t('perfect {x}', { x: scale.perfect === null ? none : tick(scale.perfect) }),
    },
  ];
  let free = Number.NEGATIVE_INFINITY;
  return (
    <>
      {marks.map(({ value, text }) => {
        if (value === null) return null;
        const x = place(scale, value);
        const left = x < width / 2;
        const start = left ? x - 3 : x + 3 - lengthOf(text);
        // Where the first name reaches so far, the second mark goes without one: the summary tells its number.
        const named = start > free;
        if (named) free = start + lengthOf(text);
        return (
          <g key={text}>
            {named && (
              <text x={left ? x - 3 : x + 3} y={12} text-anchor={left ? 'start' : 'end'}>
                {text}
              </text>
            )}
            <line x1={x} x2={x} y1={17} y2={26} class="axis-mark" />
          </g>
        );
      })}
    </>
  );
}

/** About how long a text of the axis is, CSS pixels; an ideograph is as wide as two letters. */
function lengthOf(text: string): number {
  return [...text].reduce((length, c) => length + (c > '\u2e7f' ? 11 : 5.6), 0);
}

/** One score on the shared axis: a dot, and its 95 % interval as a whisker. */
export function Whisker({ scale, score }: { scale: AxisScale; score: Score }) {
  const at = (value: number) => place(scale, value);
  return (
    <svg class="whisker" width={width} height={20} aria-hidden="true">
      {[scale.noSignal, scale.perfect].map(
        mark =>
          mark !== null && (
            <line key={mark} x1={at(mark)} x2={at(mark)} y1={0} y2={20} class="axis-mark" />
          ),
      )}
      <g class={score.valid ? undefined : 'invalid'}>
        {score.low !== null && score.high !== null && (
          <>
            <line x1={at(score.low)} x2={at(score.high)} y1={10} y2={10} class="whisker-line" />
            <line x1={at(score.low)} x2={at(score.low)} y1={5} y2={15} class="whisker-line" />
            <line x1={at(score.high)} x2={at(score.high)} y1={5} y2={15} class="whisker-line" />
          </>
        )}
        {score.value !== null && (
          <circle cx={at(score.value)} cy={10} r={3.5} class="whisker-dot" />
        )}
      </g>
    </svg>
  );
}
