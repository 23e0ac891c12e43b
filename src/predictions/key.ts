import { createHash } from 'node:crypto';

/** What a JSON text can hold. Keys whose value is undefined do not count. */
export type Json =
  | null
  | boolean
  | number
  | string
  | undefined
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * Name of predictions in the store: sha256, hex, of everything that decides an output (the model's files, the
 * preprocessing that is used, names of tensors, runtime). The order of keys does not matter.
 */
export function predictionsKey(parts: object): string {
  return createHash('sha256')
    .update(canonical(parts as Json))
    .digest('hex');
}

/** JSON with the keys of every object sorted and no spaces. */
function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
