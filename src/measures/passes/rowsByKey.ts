/**
 * Rows `start` to `start + count` sorted by their key (stable), counted from `start`; those of key k are
 * `rows[starts[k]..starts[k + 1])`.
 */
export function rowsByKey(keys: Int32Array, kinds: number, start = 0, count = keys.length) {
  const starts = new Int32Array(kinds + 1);
  for (let i = 0; i < count; i++) starts[keys[start + i] + 1]++;
  for (let k = 0; k < kinds; k++) starts[k + 1] += starts[k];
  const next = starts.slice();
  const rows = new Int32Array(count);
  for (let i = 0; i < count; i++) rows[next[keys[start + i]]++] = i;
  return { rows, starts };
}
