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
  if (p < 0.005) return '<1 %';
  if (p > 0.995) return '>99 %';
  return `${Math.round(p * 100)} %`;
}

/** 50 000: thin groups of three, as the eye reads them. */
export function count(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** Seconds as a person says them: 8 s, 3 min, 5 h. */
export function duration(seconds: number): string {
  if (seconds < 1) return '<1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/** Bytes with a unit: 218 kB, 1.1 MB. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  for (const unit of ['kB', 'MB', 'GB']) {
    n /= 1000;
    if (n < 999.5) return `${n < 10 ? n.toFixed(1) : Math.round(n)} ${unit}`;
  }
  return `${(n / 1000).toFixed(1)} TB`;
}
