import type { DatasetOptions } from '../protocol/datasetOptions.js';
import { failure } from '../protocol/notice.js';
import { byCodePoint } from './listing.js';

/** Labels of samples as they are read, one after the other: each different text is a class. */
export class ClassLabels {
  private readonly codes = new Map<string, number>();
  private readonly of = new Growing(Int32Array);

  add(label: string): void {
    let code = this.codes.get(label);
    if (code === undefined) {
      code = this.codes.size;
      // A copy: a part of a text would keep all of it.
      this.codes.set(Buffer.from(label).toString(), code);
    }
    this.of.push(code);
  }

  /**
   * Classes, and whether labels are their numbers; in the order of numbers where all are numbers, of false and true, or of code points.
   * @param names of the classes by number, where something gives them
   * @throws `dataset.continuous` where labels look like measurements, `dataset.labelsDiffer` where they look like texts or names of
   * samples, and the user did not say that they are classes
   */
  done(
    file: string,
    column: string,
    options: DatasetOptions,
    names: readonly string[] | null,
  ): { classes: string[]; labels: Int32Array; numbered: boolean } {
    const found = [...this.codes.keys()];
    const numbers = found.map(Number);
    const numeric = found.length > 0 && numbers.every(Number.isFinite);
    if (numeric && !options.classes) {
      const many = found.length > Math.max(100, this.of.length / 10);
      if (many || !numbers.every(Number.isInteger))
        throw failure('dataset.continuous', { file, column, n: found.length });
    }
    // Captions and ids are nearly all different; so are they where only a few have a copy.
    if (!numeric && !options.classes && found.length > Math.max(100, this.of.length / 2))
      throw failure('dataset.labelsDiffer', { file, column, n: found.length, of: this.of.length });
    const whole = numeric && numbers.every(y => Number.isInteger(y) && y >= 0);
    const order = found.map((_, code) => code);
    order.sort((a, b) => (numeric ? numbers[a] - numbers[b] : byCodePoint(found[a], found[b])));
    if (names && whole && numbers.every(y => y < names.length)) {
      // By their numbers: a class that has no sample keeps its place.
      const labels = this.of.values().map(code => numbers[code]);
      return { classes: [...names], labels, numbered: true };
    }
    const rank = new Int32Array(found.length);
    order.forEach((code, place) => {
      rank[code] = place;
    });
    return {
      classes: order.map(code => found[code]),
      labels: this.of.values().map(code => rank[code]),
      numbered: false,
    };
  }
}

/** What samples belong to, by name. */
export class Groups {
  private readonly codes = new Map<string, number>();
  private readonly of = new Growing(Int32Array);

  /** A sample without one belongs to nothing but itself. */
  add(name: string | null): void {
    const key = name ?? `\0${this.of.length}`;
    const code = this.codes.get(key) ?? this.codes.size;
    this.codes.set(key, code);
    this.of.push(code);
  }

  /** Number of groups. */
  get count(): number {
    return this.codes.size;
  }

  values(): Int32Array {
    return this.of.values();
  }
}

type Typed = Int32Array | Float64Array;

/** A typed array that grows. */
export class Growing<T extends Typed> {
  length = 0;
  private kept: T;

  constructor(private readonly make: new (length: number) => T) {
    this.kept = new make(1024);
  }

  push(value: number): void {
    if (this.length === this.kept.length) {
      const larger = new this.make(2 * this.length);
      larger.set(this.kept);
      this.kept = larger;
    }
    this.kept[this.length++] = value;
  }

  at(i: number): number {
    return this.kept[i];
  }

  clear(): void {
    this.length = 0;
  }

  values(): T {
    return this.kept.slice(0, this.length) as T;
  }
}
