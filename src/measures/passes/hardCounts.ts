import type { Entropies } from '../measure.js';
import type { Counts } from './labelling.js';

const term = (count: number): number => (count > 1 ? count * Math.log(count) : 0);

/**
 * Counts of target class y by hard source class z, and the plug-in entropies of them; samples can be taken out and put back,
 * at a cost that does not depend on the number of classes.
 */
export class HardCounts {
  /** Ct x Cs, row-major. */
  readonly joint: Uint32Array;
  readonly target: Uint32Array;
  readonly source: Uint32Array;
  private n = 0;
  // Σ c ln c over the cells of each table.
  private jointSum = 0;
  private targetSum = 0;
  private sourceSum = 0;

  constructor(
    targetClasses: number,
    private readonly sourceClasses: number,
  ) {
    this.joint = new Uint32Array(targetClasses * sourceClasses);
    this.target = new Uint32Array(targetClasses);
    this.source = new Uint32Array(sourceClasses);
  }

  /** The counts of samples of classes `labels` with hard source classes `predicted`. */
  static of(
    labels: Int32Array,
    predicted: Int32Array,
    targetClasses: number,
    sourceClasses: number,
  ) {
    const counts = new HardCounts(targetClasses, sourceClasses);
    for (let i = 0; i < labels.length; i++) {
      counts.joint[labels[i] * sourceClasses + predicted[i]]++;
      counts.target[labels[i]]++;
      counts.source[predicted[i]]++;
    }
    counts.n = labels.length;
    for (const c of counts.joint) counts.jointSum += term(c);
    for (const c of counts.target) counts.targetSum += term(c);
    for (const c of counts.source) counts.sourceSum += term(c);
    return counts;
  }

  /** Puts a sample in (`by` = 1) or takes it out (`by` = -1). */
  change(y: number, z: number, by: 1 | -1): void {
    const cell = y * this.sourceClasses + z;
    this.jointSum -= term(this.joint[cell]);
    this.targetSum -= term(this.target[y]);
    this.sourceSum -= term(this.source[z]);
    this.joint[cell] += by;
    this.target[y] += by;
    this.source[z] += by;
    this.n += by;
    this.jointSum += term(this.joint[cell]);
    this.targetSum += term(this.target[y]);
    this.sourceSum += term(this.source[z]);
  }

  /** Hard source classes that are in use. */
  get used(): number {
    return this.source.reduce((sum, c) => sum + (c > 0 ? 1 : 0), 0);
  }

  /** How many samples there are, in all and of each target class. */
  counts(): Counts {
    const ofClass = Int32Array.from(this.target);
    return { n: this.n, ofClass, present: ofClass.reduce((sum, c) => sum + (c > 0 ? 1 : 0), 0) };
  }

  /** Plug-in entropies, nats: H = ln n - (1/n) Σ c ln c. */
  entropies(): Entropies {
    const of = (sum: number) => Math.log(this.n) - sum / this.n;
    return { target: of(this.targetSum), source: of(this.sourceSum), joint: of(this.jointSum) };
  }
}
