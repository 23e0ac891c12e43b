/** Numbers and durations as every form of the report words them. Pure; English forms for the terminal. */

/** A score with a real minus sign and two decimals: −0.42; "–" for none. */
export function score(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** [−0.52, −0.31]; empty where there is no interval. */
export function interval(low: number | null, high: number | null, digits = 2): string {
  return low === null || high === null ? '' : `[${score(low, digits)}, ${score(high, digits)}]`;
}

/** A probability as a percentage: 31 %, and <1 % or >99 % at the ends, for none is certain. */
export function percent(p: number): string {
  if (p < 0.01) return '<1 %';
  if (p > 0.99) return '>99 %';
  return `${Math.round(p * 100)} %`;
}

/**
 * A count with its digits grouped as a language does it: 1,797.
 * @param locale BCP 47
 */
export function count(n: number, locale = 'en'): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(n).replace('-', '−');
}

/** Seconds as a person says them: 8 s, 3 min, 5 h. */
export function duration(seconds: number): string {
  if (seconds < 1) return '<1 s';
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 99.5 * 60) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/**
 * Bytes in decimal units, three digits of them: 219 kB, 1.41 MB.
 * @param locale BCP 47
 */
export function bytes(n: number, locale = 'en'): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1000;
    unit += 1;
  }
  const digits = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(n);
  return `${digits} ${units[unit]}`;
}
