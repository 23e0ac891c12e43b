/**
 * Row of each sample id (sha256, hex) in about 16 bytes a row, where a Map of strings takes ten times that.
 * Keeps the first 64 bits of an id: two of a million samples share them with a probability of 3e-8.
 */
export class IdTable {
  size = 0;
  #high = new Uint32Array(1024);
  #low = new Uint32Array(1024);
  /** Row + 1 of a slot; 0: free. */
  #rows = new Int32Array(1024);

  /** Row of an id, or -1. */
  get(id: string): number {
    return this.#rows[this.#slot(bits(id, 0), bits(id, 8))] - 1;
  }

  /** Notes an id's row; the first one counts. */
  add(id: string, row: number): void {
    if (2 * (this.size + 1) > this.#rows.length) this.#grow();
    this.#put(bits(id, 0), bits(id, 8), row + 1);
  }

  #put(high: number, low: number, value: number): void {
    const slot = this.#slot(high, low);
    if (this.#rows[slot] !== 0) return;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#rows[slot] = value;
    this.size++;
  }

  /** The slot that holds an id, or the free one where it belongs. An id is a hash already: its bits are spread. */
  #slot(high: number, low: number): number {
    const mask = this.#rows.length - 1;
    let slot = low & mask;
    while (this.#rows[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low))
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [high, low, rows] = [this.#high, this.#low, this.#rows];
    this.#high = new Uint32Array(2 * rows.length);
    this.#low = new Uint32Array(2 * rows.length);
    this.#rows = new Int32Array(2 * rows.length);
    this.size = 0;
    for (let slot = 0; slot < rows.length; slot++)
      if (rows[slot] !== 0) this.#put(high[slot], low[slot], rows[slot]);
  }
}

function bits(id: string, start: number): number {
  return Number.parseInt(id.slice(start, start + 8), 16) >>> 0;
}
