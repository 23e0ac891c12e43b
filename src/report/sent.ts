import type { Report } from './schema.js';

/**
 * A report as it is sent to somebody: paths below the folder that was open are relative to it, in messages and scripts too, so that they
 * say nothing of this machine and hold in another copy of the folder.
 * @param folder with a separator at its end; undefined where there is none or are several
 */
export function asSent(report: Report, folder: string | undefined): Report {
  if (folder === undefined) return report;
  const inside = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(folder, '');
    if (Array.isArray(value)) return value.map(inside);
    if (value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(
      Object.entries(value as object).map(([key, one]) => [key, inside(one)]),
    );
  };
  return inside(report) as Report;
}
