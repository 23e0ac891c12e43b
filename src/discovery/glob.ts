/**
 * Whether a path relative to the searched folder, with slashes, is excluded by one of the patterns.
 * A pattern without a slash matches a name at any depth, one with a slash the whole path; `*`, `?`, `**` and `{a,b}`
 * mean what they mean in the editor's own settings. A folder is excluded with all that is in it.
 */
export function excluder(patterns: readonly string[]): (path: string) => boolean {
  const sources = patterns.map(source).filter(s => s !== '');
  if (sources.length === 0) return () => false;
  const all = new RegExp(`^(?:${sources.join('|')})$`, 's');
  return path => all.test(path);
}

function source(pattern: string): string {
  const whole = pattern
    .trim()
    .replaceAll('\\', '/')
    .replace(/(\/\*\*|\/)+$/, '');
  const glob = whole.replace(/^\.?\//, '');
  if (glob === '') return '';
  const anywhere = whole.includes('/') ? '' : '(?:.*/)?';
  let depth = 0;
  const body = glob.replace(/\*\*\/|\*\*|[*?{},]|[.+^$()|[\]]/g, token => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token === '{') {
      depth++;
      return '(?:';
    }
    if (token === '}' && depth > 0) {
      depth--;
      return ')';
    }
    if (token === ',') return depth > 0 ? '|' : ',';
    return `\\${token}`;
  });
  // A pattern that is no glob (an open brace) is taken by its letters rather than failing a whole search.
  return depth === 0 ? anywhere + body : anywhere + glob.replace(/[*?{},.+^$()|[\]]/g, '\\$&');
}
