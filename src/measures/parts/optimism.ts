import { type Notice, notice } from '../../protocol/notice.js';
import type { Regime } from '../measure.js';

/** Share of H(Y) by which an in-sample score may be too high before it is not trusted. */
const tolerated = 0.1;

/**
 * Whether an in-sample score has seen too few samples for its (Ct - 1)(Cs - 1) free parameters: its leading bias is that of
 * a plug-in entropy, (Ct - 1)(Cs - 1) / 2n (Miller and Madow 1955), with the source classes in effect for Cs.
 */
export function inSample(regime: Regime, sourceClasses: number): Notice | null {
  const { n, targetClasses, targetEntropy } = regime;
  const optimism = ((targetClasses - 1) * (sourceClasses - 1)) / (2 * n);
  if (optimism <= tolerated * targetEntropy) return null;
  return notice('measure.optimistic', { n, classes: Math.round(sourceClasses) });
}
