import type { Matrix } from './matrix.js';

/** One line of CSV (RFC 4180): full precision; what a spreadsheet would run as a formula gets an apostrophe. */
export function csvLine(values: readonly (string | number | null)[]): string {
  const cell = (value: string | number | null) => {
    const text = value === null ? '' : String(value);
    const safe = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `${values.map(cell).join(',')}\r\n`;
}

/** The whole matrix as CSV, piece by piece: a line for each source class in the order of all rows, its P(z) first, then P(y|z). */
export function* csvOf({ joint, order, weight, inverse }: Matrix): Generator<string> {
  const { targetClasses, sourceClasses, soft } = joint;
  yield csvLine(['source class', 'P(z)', ...targetClasses]);
  for (const z of order) {
    const conditional = targetClasses.map((_, y) =>
      Math.fround(soft[y * sourceClasses.length + z] * inverse[z]),
    );
    yield csvLine([sourceClasses[z], weight[z], ...conditional]);
  }
}
