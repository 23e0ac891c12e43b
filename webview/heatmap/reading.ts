import { images, probability, share } from '../format.js';
import { t } from '../l10n.js';
import type { Matrix } from './matrix.js';

/** A cell in words: "4 → four: P(y|z) 0.61, P(z) 0.08, 37 images". */
export function reading(matrix: Matrix, source: number, target: number): string {
  const at = target * matrix.sourceClasses.length + source;
  const names = { source: matrix.sourceClasses[source], target: matrix.targetClasses[target] };
  if (matrix.weight[source] === 0)
    return t('{source} → {target}: no image gives this source class any probability', names);
  return t('{source} → {target}: P(y|z) {conditional}, P(z) {weight}, {images}', {
    ...names,
    conditional: probability(matrix.conditional[at]),
    weight: share(matrix.weight[source]),
    images: images(matrix.hard[at]),
  });
}
