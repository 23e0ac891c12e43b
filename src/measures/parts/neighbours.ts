import { random, shuffle } from '../../numerics/random.js';
import type { FeatureData } from '../passes/featureData.js';
import { rowsByKey } from '../passes/rowsByKey.js';

/** Neighbours that a vote needs. */
export const wanted = 5;
/** Neighbours of each sample that are kept, so that the nearest five remain when a group is left out. */
const kept = 24;
/** Rows of similarities at once. */
const tall = 1024;

export interface Limits {
  /** Bytes of features that are held at once. */
  held: number;
  /** n² d up to which every sample is asked. */
  pairs: number;
}
const usual: Limits = { held: 48e6, pairs: 2e13 };

/** Similarities nearer than this are ties: rounding of float64 must not decide among equal features. */
const step = 2 ** -40;

/** The most similar other samples of some samples, nearest first; on a tie the one that comes first. */
export interface Neighbours {
  /** Samples that were asked, ascending; int32 [m]. All, unless there are too many. */
  asked: Int32Array;
  /** [m, width]; -1 where there are no more. */
  nearest: Int32Array;
  width: number;
  /** How many of each list are known to be right, or `width` if there are no more samples; int32 [m]. */
  sure: Int32Array;
  /** Position in `asked`, -> the nearest five outside a group that holds too many of the sample's list. */
  outside: Map<number, { group: number; nearest: Int32Array }>;
}

/**
 * Nearest neighbours by the cosine of the raw features, a row of zeros being similar (0) to none. All pairs are multiplied once, in
 * float32; the best of that are scored again in float64, and where rounding may have hidden a neighbour the whole row is.
 */
export function neighboursOf(data: FeatureData, limits = usual): Promise<Neighbours> {
  return data.onceByGroups('neighbours', () => new Search(data, limits).run());
}

class Search {
  private readonly n: number;
  private readonly d: number;
  /** 1 / ‖x_i‖, 0 for a row of zeros. */
  private readonly inverse: Float64Array;
  private readonly asked: Int32Array;
  private readonly width: number;
  private readonly nearest: Int32Array;
  private readonly similarity: Float64Array;
  /** A similarity in float32 is off by no more: longer sums are made of partial ones. */
  private readonly error: number;

  constructor(
    private readonly data: FeatureData,
    private readonly limits: Limits,
  ) {
    this.n = data.n;
    this.d = data.dimension;
    this.inverse = new Float64Array(this.n);
    this.asked = sample(this.n, this.d, limits.pairs);
    this.width = Math.min(kept, Math.max(0, this.n - 1));
    this.nearest = new Int32Array(this.asked.length * this.width).fill(-1);
    this.similarity = new Float64Array(this.nearest.length).fill(Number.NEGATIVE_INFINITY);
    this.error = 2 ** -24 * (this.d / 4 + 16);
  }

  async run(): Promise<Neighbours> {
    const { asked, nearest, width } = this;
    const outside: Neighbours['outside'] = new Map();
    const sure = new Int32Array(asked.length).fill(width);
    if (width === 0) return { asked, nearest, width, sure, outside };
    await this.norms();
    const rows = Math.max(1, Math.floor(this.limits.held / (4 * this.d)));
    for (let from = 0; from < asked.length; from += rows)
      await this.scan(from, Math.min(asked.length, from + rows));
    const least = Float64Array.from(asked, (_, q) => this.similarity[(q + 1) * width - 1]);
    for (let from = 0; from < asked.length; from += rows)
      await this.score(from, Math.min(asked.length, from + rows));
    const unsure: number[] = [];
    if (this.n - 1 > width)
      for (let q = 0; q < asked.length; q++) {
        sure[q] = this.sort(q, least[q] + this.error + step);
        if (sure[q] < Math.min(width, 2 * wanted + 2)) unsure.push(q);
      }
    else for (let q = 0; q < asked.length; q++) this.sort(q, Number.NEGATIVE_INFINITY);
    await this.rescan(
      unsure,
      () => -1,
      width,
      (q, list) => {
        nearest.set(list, q * width);
        sure[q] = width;
      },
    );
    const crowded = this.crowded(sure);
    await this.rescan(
      [...crowded.keys()],
      q => crowded.get(q) ?? -1,
      wanted,
      (q, list) => {
        outside.set(q, { group: crowded.get(q) ?? -1, nearest: list });
      },
    );
    return { asked, nearest, width, sure, outside };
  }

  private async norms(): Promise<void> {
    const { d, inverse, data } = this;
    for await (const { start, rows, values } of data.blocks()) {
      for (let i = 0, at = 0; i < rows; i++) {
        let square = 0;
        for (let j = 0; j < d; j++, at++) square += values[at] * values[at];
        inverse[start + i] = square > 0 ? 1 / Math.sqrt(square) : 0;
      }
      if (data.pace.due(rows * d)) await data.pace.pause();
    }
  }

  /** Rows of unit length. */
  private unit<T extends Float32Array | Float64Array>(
    values: Float32Array,
    samples: (i: number) => number,
    rows: number,
    to: T,
  ): T {
    for (let i = 0, at = 0; i < rows; i++) {
      const factor = this.inverse[samples(i)];
      for (let j = 0; j < this.d; j++, at++) to[at] = values[at] * factor;
    }
    return to;
  }

  /** The features of the samples asked from one position to another, as they are. */
  private async hold(from: number, to: number): Promise<Float32Array> {
    const { asked, d, data } = this;
    const held = new Float32Array((to - from) * d);
    let q = from;
    for await (const { start, rows, values } of data.blocks()) {
      for (; q < to && asked[q] < start + rows; q++) {
        const at = (asked[q] - start) * d;
        held.set(values.subarray(at, at + d), (q - from) * d);
      }
      if (q === to) break;
    }
    return held;
  }

  /** Candidates of the samples from one position to another, by similarities in float32. If all are asked, each pair once. */
  private async scan(from: number, to: number): Promise<void> {
    const { asked, n, d, data } = this;
    const all = asked.length === n;
    const held = await this.hold(from, to);
    this.unit(held, i => asked[from + i], to - from, held);
    for await (const { start, rows, values } of data.blocks()) {
      if (all && start + rows <= from) continue;
      const some = this.unit(values, i => start + i, rows, new Float32Array(rows * d));
      for (let q = from; q < to; q += tall) {
        if (all && start + rows <= q + 1) break;
        const count = Math.min(tall, to - q);
        const products = await data.blas.multiply(
          { data: held.subarray((q - from) * d, (q - from + count) * d), rows: count, columns: d },
          { data: some, rows, columns: d },
          { transposeB: true, precision: 'single' },
        );
        if (all) this.offerPairs(products, q, count, start, rows);
        else this.offer(products, q, count, start, rows);
        if (data.pace.due(count * rows)) await data.pace.pause();
      }
      if (data.pace.due(rows * d)) await data.pace.pause();
    }
  }

  /** Every pair i < j to both. */
  private offerPairs(
    products: Float64Array,
    first: number,
    count: number,
    start: number,
    rows: number,
  ): void {
    const { similarity, width } = this;
    for (let a = 0; a < count; a++) {
      const i = first + a;
      const last = (i + 1) * width - 1;
      for (let b = Math.max(0, i + 1 - start), at = a * rows + b; b < rows; b++, at++) {
        const value = products[at];
        if (value > similarity[last]) this.insert(i, start + b, value);
        if (value > similarity[(start + b + 1) * width - 1]) this.insert(start + b, i, value);
      }
    }
  }

  private offer(
    products: Float64Array,
    first: number,
    count: number,
    start: number,
    rows: number,
  ): void {
    const { similarity, width, asked } = this;
    for (let a = 0; a < count; a++) {
      const last = (first + a + 1) * width - 1;
      for (let b = 0, at = a * rows; b < rows; b++, at++)
        if (products[at] > similarity[last] && start + b !== asked[first + a])
          this.insert(first + a, start + b, products[at]);
    }
  }

  /** Puts a sample into the list of position q in place of the last, where its similarity belongs. */
  private insert(q: number, sample: number, value: number): void {
    const { similarity, nearest, width } = this;
    let at = (q + 1) * width - 1;
    for (; at > q * width && similarity[at - 1] < value; at--) {
      similarity[at] = similarity[at - 1];
      nearest[at] = nearest[at - 1];
    }
    similarity[at] = value;
    nearest[at] = sample;
  }

  /** The similarities of the lists from one position to another, in float64. */
  private async score(from: number, to: number): Promise<void> {
    const { asked, n, d, width, nearest, similarity, inverse, data } = this;
    const held = await this.hold(from, to);
    const { rows: pairs, starts } = rowsByKey(nearest, n, from * width, (to - from) * width);
    for await (const { start, rows, values } of data.blocks()) {
      for (let p = starts[start]; p < starts[start + rows]; p++) {
        const at = from * width + pairs[p];
        const q = Math.floor(at / width);
        const j = nearest[at];
        const value = dot(held, (q - from) * d, values, (j - start) * d, d);
        similarity[at] = rounded(value * inverse[j] * inverse[asked[q]]);
        if (data.pace.due(d)) await data.pace.pause();
      }
    }
  }

  /** Sorts the list of position q. How many are above what may have been missed. */
  private sort(q: number, missed: number): number {
    const { width, nearest, similarity } = this;
    const order = Array.from({ length: width }, (_, k) => q * width + k).sort(
      (a, b) => similarity[b] - similarity[a] || nearest[a] - nearest[b],
    );
    const list = order.map(at => nearest[at]);
    const sure = order.findIndex(at => similarity[at] <= missed);
    nearest.set(list, q * width);
    return sure < 0 ? width : sure;
  }

  /** Positions in whose list one group holds so many that fewer than five are left without it. */
  private crowded(sure: Int32Array): Map<number, number> {
    const found = new Map<number, number>();
    const { asked, nearest, width, n, data } = this;
    if (data.groupCount === 0) return found;
    const { groups } = data;
    const inGroup = new Int32Array(data.groupCount);
    for (const group of groups) inGroup[group]++;
    const counts = new Int32Array(data.groupCount);
    for (let q = 0; q < asked.length; q++) {
      const own = groups[asked[q]];
      const list = nearest.subarray(q * width, q * width + sure[q]);
      for (const j of list) counts[groups[j]]++;
      for (const j of list) {
        const group = groups[j];
        const others = n - 1 - inGroup[group];
        if (group !== own && sure[q] - counts[group] < Math.min(wanted, others))
          found.set(q, group);
      }
      for (const j of list) counts[groups[j]] = 0;
    }
    return found;
  }

  /** Lists of some positions from all similarities in float64, without a group. */
  private async rescan(
    positions: readonly number[],
    without: (q: number) => number,
    length: number,
    found: (q: number, list: Int32Array) => void,
  ): Promise<void> {
    const { asked, d, data } = this;
    const { groups } = data;
    const most = Math.max(1, Math.min(tall, Math.floor(this.limits.held / (8 * d))));
    for (let from = 0; from < positions.length; from += most) {
      const some = positions.slice(from, from + most);
      const held = new Float64Array(some.length * d);
      const places = new Map(some.map((q, k) => [asked[q], k]));
      for await (const { start, rows, values } of data.blocks())
        for (let i = 0; i < rows; i++) {
          const k = places.get(start + i);
          if (k !== undefined) held.set(values.subarray(i * d, (i + 1) * d), k * d);
        }
      for (let k = 0, at = 0; k < some.length; k++)
        for (let j = 0; j < d; j++, at++) held[at] *= this.inverse[asked[some[k]]];
      const lists = some.map(() => ({ samples: [] as number[], values: [] as number[] }));
      for await (const { start, rows, values } of data.blocks()) {
        const unit = this.unit(values, i => start + i, rows, new Float64Array(rows * d));
        const products = await data.blas.multiply(
          { data: held, rows: some.length, columns: d },
          { data: unit, rows, columns: d },
          { transposeB: true },
        );
        for (let k = 0, at = 0; k < some.length; k++)
          for (let i = 0; i < rows; i++, at++) {
            const { samples, values: best } = lists[k];
            const value = rounded(products[at]);
            if (best.length === length && value <= best[length - 1]) continue;
            if (start + i === asked[some[k]] || groups[start + i] === without(some[k])) continue;
            // After its equals: samples come in order.
            let place = best.length;
            while (place > 0 && best[place - 1] < value) place--;
            best.splice(place, 0, value);
            samples.splice(place, 0, start + i);
            if (best.length > length) {
              best.pop();
              samples.pop();
            }
          }
        if (data.pace.due(rows * (d + some.length))) await data.pace.pause();
      }
      lists.forEach(({ samples }, k) => {
        found(some[k], Int32Array.from(samples));
      });
    }
  }
}

/** All samples, or a seeded draw of them where all pairs are too many. */
function sample(n: number, d: number, affordable: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  if (n * n * d <= affordable) return order;
  const count = Math.max(1, Math.floor(affordable / (2 * n * d)));
  return shuffle(order, random(1)).slice(0, count).sort();
}

function rounded(value: number): number {
  return Math.round(value / step) * step;
}

function dot(a: Float32Array, i: number, b: Float32Array, j: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 4 <= length; k += 4) {
    s0 += a[i + k] * b[j + k];
    s1 += a[i + k + 1] * b[j + k + 1];
    s2 += a[i + k + 2] * b[j + k + 2];
    s3 += a[i + k + 3] * b[j + k + 3];
  }
  for (; k < length; k++) s0 += a[i + k] * b[j + k];
  return s0 + s1 + (s2 + s3);
}
