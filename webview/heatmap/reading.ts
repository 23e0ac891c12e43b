import { count, images, probability, share } from '../format.js';
import { t } from '../l10n.js';
import type { Block, Names } from './block.js';

/** A block in words: "4 → four: P(y|z) 0.61, P(z) 0.08, 37 images". */
export function reading(block: Block): string {
  const names = { source: text(block.sources), target: text(block.targets) };
  if (block.weight === 0)
    return block.sources.count === 1
      ? t('{source} → {target}: no image gives this source class any probability', names)
      : t('{source} → {target}: no image gives these source classes any probability', names);
  const more = { ...names, weight: share(block.weight), images: images(block.images) };
  if (block.cells === 1)
    return t('{source} → {target}: P(y|z) {conditional}, P(z) {weight}, {images}', {
      ...more,
      conditional: probability(block.largest),
    });
  return t(
    '{source} → {target}: P(y|z) up to {largest}, {mean} on average; P(z) {weight}, {images}',
    { ...more, largest: probability(block.largest), mean: share(block.mean) },
  );
}

function text({ count: n, first, last }: Names): string {
  if (n === 1) return first;
  return t('{n} classes ({first} … {last})', { n: count(n), first, last });
}
