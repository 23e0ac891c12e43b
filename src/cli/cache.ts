import { homedir } from 'node:os';
import { join } from 'node:path';

/** The system's folder for caches, as each platform wants it. */
export function defaultCache(): string {
  const home = homedir();
  const base =
    process.platform === 'win32'
      ? (process.env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(home, 'Library', 'Caches')
        : (process.env.XDG_CACHE_HOME ?? join(home, '.cache'));
  return join(base, 'transferlens');
}
