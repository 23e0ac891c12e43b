import { resolve } from 'node:path';

/** The checkout's root. (Without `import.meta.dirname` this was bundled, into a folder two levels down as well.) */
export const root = resolve(import.meta.dirname ?? __dirname, '../..');
