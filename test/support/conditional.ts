import type { Joint } from '../../src/protocol/worker.js';

/** P(y|z) of a joint by its definition, not by the code under test; 0 of a source class without weight. */
export function conditional(joint: Joint, source: number, target: number): number {
  const { soft, sourceClasses, targetClasses } = joint;
  const of = (y: number) => soft[y * sourceClasses.length + source];
  const sum = targetClasses.reduce((n, _, y) => n + of(y), 0);
  return sum > 0 ? of(target) / sum : 0;
}

/** P(z): a source class's share of all weight. */
export function weightOf({ soft, sourceClasses }: Joint, source: number): number {
  const all = soft.reduce((a, b) => a + b, 0);
  return soft.reduce((sum, n, at) => sum + (at % sourceClasses.length === source ? n : 0), 0) / all;
}
