import type { Values } from './pages.js';

/** Unpacked pages are kept for the rows that follow, up to so many bytes. */
const mostKeptBytes = 16 << 20;

/** The pages that were read last, of all files of a table together: shards may be any number. */
export class PageCache {
  private readonly pages = new Map<string, { size: number; values: Promise<Values> }>();
  private kept = 0;

  /** @param size bytes of the page when unpacked */
  async get(key: string, size: number, read: () => Promise<Values>): Promise<Values> {
    const known = this.pages.get(key);
    if (known) {
      // Used last: it goes last.
      this.pages.delete(key);
      this.pages.set(key, known);
      return known.values;
    }
    const values = read();
    // A page that failed keeps its place until it is its turn to go.
    values.catch(() => undefined);
    this.pages.set(key, { size, values });
    this.kept += size;
    for (const [old, { size: bytes }] of this.pages) {
      if (this.kept <= mostKeptBytes || old === key) break;
      this.pages.delete(old);
      this.kept -= bytes;
    }
    return values;
  }
}
