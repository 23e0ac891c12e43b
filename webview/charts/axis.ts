import { tick } from '../format.js';
import { ink, type Mark } from './drawing.js';

/** A stretch of numbers laid over a stretch of pixels. */
export interface Scale {
  low: number;
  high: number;
  place(value: number): number;
}

/** A scale that holds all values, with a little room at both ends. */
export function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = most > least ? 0.04 * (most - least) : 0.5;
  const [low, high] = [least - room, most + room];
  return { low, high, place: value => from + ((value - low) / (high - low)) * (to - from) };
}

/** Round numbers within a scale, at most so many: steps of 1, 2 or 5 times a power of ten. */
function ticksOf({ low, high }: Scale, most = 6): number[] {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(k => k * power).find(size => size >= rough) ?? 10 * power;
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  // Counted in steps, so that no rounding adds up; -0 is 0.
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step + 0);
}

/** An axis across, its lines drawn up to `top`, its numbers under `y`. */
export function across(scale: Scale, top: number, y: number): Mark[] {
  return ticksOf(scale).flatMap((value): Mark[] => {
    const x = scale.place(value);
    return [
      { kind: 'line', x1: x, y1: top, x2: x, y2: y, colour: ink.line },
      { kind: 'text', x, y: y + 16, text: tick(value), anchor: 'middle', colour: ink.quiet },
    ];
  });
}

/** An axis upwards, its lines drawn up to `right`, its numbers to the left of `x`. */
export function upwards(scale: Scale, x: number, right: number): Mark[] {
  return ticksOf(scale).flatMap((value): Mark[] => {
    const y = scale.place(value);
    return [
      { kind: 'line', x1: x, y1: y, x2: right, y2: y, colour: ink.line },
      { kind: 'text', x: x - 8, y: y + 4, text: tick(value), anchor: 'end', colour: ink.quiet },
    ];
  });
}
