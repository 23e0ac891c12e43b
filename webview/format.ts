import { locale, t } from './l10n.js';

/** Shown where there is no value. */
export const none = '–';

const formats = new Map<string, Intl.NumberFormat>();

/** Digits in the user's language, with a true minus sign. */
function digits(value: number, options: Intl.NumberFormatOptions): string {
  const key = locale() + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    // What is rounded to zero has no sign.
    format = new Intl.NumberFormat(locale(), { signDisplay: 'negative', ...options });
    formats.set(key, format);
  }
  return format.format(value).replace('-', '−');
}

/** A count: 1,797. */
export function count(n: number): string {
  return digits(n, { maximumFractionDigits: 0 });
}

/** A score in nats, to the thousandth: differences below that are noise at any usual sample size. */
export function score(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return none;
  return digits(value, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
}

/** A probability as a cell of the heatmap reads: 0.61; a tiny one is not called zero. */
export function probability(p: number): string {
  if (p > 0 && p < 0.005) return '<0.01';
  return digits(p, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** A share of all images: as a probability, and by its first two digits where it is small. */
export function share(p: number): string {
  if (p >= 0.01 || p === 0) return probability(p);
  if (p < 0.0001) return '<0.0001';
  return digits(p, { maximumSignificantDigits: 2 });
}

/** A probability in per cent; it comes from draws, so it is never said to be 0 % or 100 %. */
export function percent(p: number): string {
  if (p < 0.01) return t('<1 %');
  if (p > 0.99) return t('>99 %');
  return t('{n} %', { n: Math.round(p * 100) });
}

/** Bytes in decimal units. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = n;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${digits(value, { maximumSignificantDigits: 3 })} ${units[unit]}`;
}

/** A number that matters by its first three digits, such as milliseconds an image. */
export function leading(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return digits(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A number on an axis, without trailing zeros. */
export function tick(value: number): string {
  return digits(value, { maximumSignificantDigits: 3 });
}

/** A duration to one unit: 40 s, 12 min, 5 h. */
export function duration(seconds: number): string {
  if (seconds < 99.5) return t('{n} s', { n: count(Math.max(1, seconds)) });
  if (seconds < 99.5 * 60) return t('{n} min', { n: count(seconds / 60) });
  return t('{n} h', { n: count(seconds / 3600) });
}

/** "1 image", "1,797 images". */
export function images(n: number): string {
  return n === 1 ? t('1 sample') : t('{n} samples', { n: count(n) });
}

/** Date and time of a run; what cannot be read as a date is shown as it is. */
export function dateTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    date,
  );
}
