import { basename, dirname, extname } from 'node:path';

/** What files of every dataset are called. */
const sayNothing =
  /^(data|dataset|manifest|labels?|metadata|annotations?|index|images|samples|all)$/i;

/** Shown name of a dataset that is a file: its own, or its folder's where its own says nothing (`manifest.csv`). */
export function shownName(path: string): string {
  const stem = basename(path, extname(path));
  return sayNothing.test(stem) ? basename(dirname(path)) : stem;
}

/** The first few of some names. */
export function some(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')}, …` : names.join(', ');
}
