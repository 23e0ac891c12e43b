import { measures } from '../measures/index.js';

/** Shown names of the measures by id, from the measures' own table. */
export const measureNames: Readonly<Record<string, string>> = Object.fromEntries(
  measures.map(m => [m.id, m.name]),
);
