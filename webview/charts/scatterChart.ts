import { score } from '../format.js';
import { across, scaleOf, upwards } from './axis.js';
import { type Drawing, fitted, ink, type Mark, textWidth } from './drawing.js';

/** One model by two measures. */
export interface Point {
  name: string;
  x: number;
  y: number;
  compared: boolean;
}

interface Options {
  title: string;
  subtitle: string;
  x: string;
  y: string;
}

const [left, top, plot, height] = [84, 66, 600, 380];
const [right, bottom] = [left + plot, top + height];

/** Points by two measures, each with its name where that covers no other. */
export function scatterChart(points: readonly Point[], options: Options): Drawing {
  const x = scaleOf(points.length ? points.map(p => p.x) : [0], left, right);
  const y = scaleOf(points.length ? points.map(p => p.y) : [0], bottom, top);
  return {
    width: right + 24,
    height: bottom + 56,
    title: options.title,
    description: options.subtitle,
    marks: [
      { kind: 'text', x: 16, y: 26, text: options.title, size: 15, bold: true },
      { kind: 'text', x: 16, y: 46, text: options.subtitle, colour: ink.quiet },
      ...across(x, top, bottom),
      ...upwards(y, left, right),
      { kind: 'text', x: (left + right) / 2, y: bottom + 42, text: options.x, anchor: 'middle' },
      { kind: 'text', x: 24, y: (top + bottom) / 2, text: options.y, anchor: 'middle', turn: -90 },
      ...points.map(
        (p): Mark => ({
          ...{ kind: 'dot', x: x.place(p.x), y: y.place(p.y), radius: p.compared ? 6 : 4 },
          colour: ink.accent,
          title: `${p.name}: ${options.x} ${score(p.x)}, ${options.y} ${score(p.y)}`,
        }),
      ),
      ...names(points.map(p => ({ name: p.name, x: x.place(p.x), y: y.place(p.y) }))),
    ],
  };
}

/** Names beside their points, to the side where there is room; one that would cover another is left out. */
function names(points: readonly { name: string; x: number; y: number }[]): Mark[] {
  const taken: { from: number; to: number; y: number }[] = [];
  return points.flatMap(({ name, x, y }): Mark[] => {
    const text = fitted(name, 160);
    const width = textWidth(text);
    const before = x > (left + right) / 2;
    const from = before ? x - 9 - width : x + 9;
    const box = { from, to: from + width, y };
    if (taken.some(t => t.from < box.to && box.from < t.to && Math.abs(t.y - y) < 14)) return [];
    taken.push(box);
    return [{ kind: 'text', x: from, y: y + 4, text }];
  });
}
