import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/referenceData.js';

/** A source file: its path from the root with `/`, and its text. */
export interface Source {
  path: string;
  text: string;
}

/** Folders with code of our own. */
export const allFolders = ['src', 'webview', 'scripts', 'bench', 'test'];

/** All files of some folders, with their text: by default the product's TypeScript. */
export function readSources(
  folders: readonly string[] = ['src', 'webview'],
  ending = /\.m?tsx?$/,
): Source[] {
  return folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => ending.test(name) && !/\bnode_modules\b/.test(name))
      .map(name => {
        const path = `${folder}/${name.replaceAll('\\', '/')}`;
        return { path, text: readFileSync(join(root, path), 'utf8') };
      }),
  );
}

/** A JSON file of the project. */
export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

/** The text without its comments; line breaks stay. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, found => found.replace(/[^\n]/g, ' '))
    .replace(/(^|[\s;{}(,])\/\/.*$/gm, '$1');
}
