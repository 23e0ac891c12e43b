import type { Found } from './parts.js';
export function page(found: Found): string {
  return JSON.stringify(found);
}
