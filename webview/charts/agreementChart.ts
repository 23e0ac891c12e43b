import { none, score } from '../format.js';
import { type Drawing, fitted, ink, type Mark, textWidth } from './drawing.js';

/** Kendall's tau of two measures, by their names. */
export interface Tau {
  measures: readonly [string, string];
  tau: number;
  low: number | null;
  high: number | null;
}

const cell = { width: 76, height: 40 };
const edge = 16;

/** A square of cells, the measures in the same order down and across. */
export function agreementChart(
  measures: readonly string[],
  pairs: readonly Tau[],
  words: { title: string; subtitle: string; between(low: string, high: string): string },
): Drawing {
  const labels = measures.map(name => fitted(name, 200));
  const longest = Math.max(0, ...labels.map(text => textWidth(text)));
  const left = edge + longest + 12;
  // Names across are turned by 40 degrees, so they need less height than they are long.
  const top = 66 + longest * Math.sin((40 * Math.PI) / 180) + 8;
  const cells = measures.flatMap((a, i) =>
    measures.flatMap((b, k): Mark[] => {
      const pair = pairs.find(({ measures: of }) => of.includes(a) && of.includes(b) && a !== b);
      const tau = i === k ? 1 : pair?.tau;
      const [x, y] = [left + k * cell.width, top + i * cell.height];
      const interval =
        pair && pair.low !== null && pair.high !== null
          ? words.between(score(pair.low), score(pair.high))
          : null;
      const title = `${a} / ${b}: ${tau === undefined ? none : score(tau)}`;
      return [
        {
          ...{ kind: 'rect', x: x + 1, y: y + 1, width: cell.width - 2, height: cell.height - 2 },
          colour: shade(i === k || tau === undefined ? 0 : tau),
          title: interval === null ? title : `${title}, ${interval}`,
        },
        {
          ...{ kind: 'text', x: x + cell.width / 2, y: y + cell.height / 2 + 4, anchor: 'middle' },
          text: tau === undefined ? none : i === k ? '1' : score(tau),
        },
      ];
    }),
  );
  const heads = labels.flatMap((text, k): Mark[] => [
    {
      ...{ kind: 'text', x: left - 12, y: top + (k + 0.5) * cell.height + 4, anchor: 'end' },
      text,
    },
    { kind: 'text', x: left + (k + 0.5) * cell.width, y: top - 8, text, turn: -40 },
  ]);
  const across = left + measures.length * cell.width + longest * Math.cos((40 * Math.PI) / 180);
  return {
    width: Math.max(across, edge + textWidth(words.subtitle)) + edge,
    height: top + measures.length * cell.height + edge,
    title: words.title,
    description: words.subtitle,
    marks: [
      { kind: 'text', x: edge, y: 26, text: words.title, size: 15, bold: true },
      { kind: 'text', x: edge, y: 46, text: words.subtitle, colour: ink.quiet },
      ...heads,
      ...cells,
    ],
  };
}

/** On white the accent, from none for no agreement to two fifths for the same order; for the reverse, orange. */
function shade(tau: number): string {
  const part = 0.4 * Math.abs(tau);
  const mixed = (tau < 0 ? [0xd1, 0x6a, 0x00] : [0x00, 0x63, 0xd3]).map(c =>
    Math.round(255 + (c - 255) * part),
  );
  return `#${mixed.map(c => c.toString(16).padStart(2, '0')).join('')}`;
}
