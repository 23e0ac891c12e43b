import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The languages that a page can be written in, BCP 47. */
export const locales = ['en', 'zh-cn'] as const;
export type Locale = (typeof locales)[number];

/** The language of a terminal: LC_ALL before LC_MESSAGES before LANG, as POSIX has it; English where it is none of ours. */
export function localeOf(env: Readonly<Record<string, string | undefined>>): Locale {
  const set = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  // Traditional Chinese is another language to read; zh alone is taken for the simplified one.
  return /^zh(?![_-](TW|HK|MO|Hant))/i.test(set) ? 'zh-cn' : 'en';
}

/** Translations by English text, from the folder that is packed beside the built files. */
export async function stringsOf(locale: Locale): Promise<Record<string, string>> {
  if (locale === 'en') return {};
  const file = join(__dirname, '..', 'l10n', `bundle.l10n.${locale}.json`);
  return JSON.parse(await readFile(file, 'utf8'));
}
