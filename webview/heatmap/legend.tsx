import { count, tick } from '../format.js';
import { t } from '../l10n.js';
import { css, steps } from './colours.js';
import type { Look } from './scene.js';

const width = 200;
const stops = 16;

/** The colour scale with its numbers. */
export function Legend({ look }: { look: Look }) {
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return (
    <svg
      class="legend"
      width={width + 24}
      height={32}
      role="img"
      aria-label={t('Colours run from P(y|z) 0 to {top}', { top: tick(look.top) })}
    >
      <defs>
        <linearGradient id="heatmap-scale">
          {Array.from({ length: stops + 1 }, (_, i) => i / stops).map(at => (
            <stop key={at} offset={at} stop-color={css(look.ramp[Math.round(at * (steps - 1))])} />
          ))}
        </linearGradient>
      </defs>
      <rect x={12} y={1} width={width} height={12} fill="url(#heatmap-scale)" class="legend-bar" />
      {ticks.map(at => (
        <g key={at}>
          <line x1={12 + at * width} x2={12 + at * width} y1={13} y2={17} class="axis-mark" />
          <text x={12 + at * width} y={29} text-anchor="middle">
            {tick(at * look.top)}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** What a colour stands for, of a heatmap that is too large for single cells to be seen at once. */
export function BlockNote({ rows, columns }: { rows: number; columns: number }) {
  return (
    <p class="block-note quiet">
      {rows * columns > 1
        ? t(
            'Each colour, and each bar, is the largest of {rows} source × {columns} target classes. Zoom in for single ones.',
            { rows: count(rows), columns: count(columns) },
          )
        : t('Each colour is one source class and one target class.')}
    </p>
  );
}
