import { score } from '../format.js';
import { type Drawing, fitted, ink, type Mark, textWidth } from './drawing.js';

/** A part of a whole, with what is said beside it. */
export interface Bar {
  name: string;
  value: number;
  note: string;
}

const row = 22;
const edge = 16;
const plot = 360;

/** Bars from one edge, a row each: name, bar, number, note. Values are all of one sign. */
export function barChart(
  bars: readonly Bar[],
  words: { title: string; subtitle: string },
): Drawing {
  const names = bars.map(({ name }) => fitted(name, 240));
  const left = edge + Math.max(0, ...names.map(text => textWidth(text))) + 12;
  const longest = Math.max(1e-12, ...bars.map(({ value }) => Math.abs(value)));
  const numbers = Math.max(0, ...bars.map(({ value }) => textWidth(score(value))));
  const notes = left + plot + 12 + numbers + 16;
  const top = 62;
  const drawn = bars.flatMap(({ name, value, note }, k): Mark[] => {
    const y = top + k * row;
    const width = Math.max(1, (plot * Math.abs(value)) / longest);
    return [
      { kind: 'text', x: left - 12, y: y + 15, text: names[k], anchor: 'end', title: name },
      {
        ...{ kind: 'rect', x: left, y: y + 4, width, height: row - 8, colour: ink.accent },
        title: `${name}: ${score(value)}`,
      },
      { kind: 'text', x: notes - 16, y: y + 15, text: score(value), anchor: 'end' },
      { kind: 'text', x: notes, y: y + 15, text: note, colour: ink.quiet },
    ];
  });
  const widestNote = Math.max(0, ...bars.map(({ note }) => textWidth(note)));
  return {
    width: Math.max(notes + widestNote, edge + textWidth(words.subtitle)) + edge,
    height: top + row * bars.length + edge,
    title: words.title,
    description: words.subtitle,
    marks: [
      { kind: 'text', x: edge, y: 26, text: words.title, size: 15, bold: true },
      { kind: 'text', x: edge, y: 46, text: words.subtitle, colour: ink.quiet },
      ...drawn,
    ],
  };
}
