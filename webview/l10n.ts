import { type MessageCode, messages } from '../src/protocol/messages.js';
import { fill, type Params, translatedParams } from '../src/protocol/notice.js';
import { panel } from './state.js';

/** The English text in the user's language, its `{placeholders}` filled. Every visible string goes through here. */
export function t(english: string, params: Params = {}): string {
  // A line does not break before a per cent sign.
  return fill(panel.value?.strings[english] ?? english, params).replace(/(\d) %/g, '$1\u00a0%');
}

/** A text that was made outside the page: translated by the template of its code, else its English wording. */
export function noticeText(notice: { code: string; message: string; params?: Params }): string {
  const template: string | undefined = messages[notice.code as MessageCode];
  const text =
    template && notice.params && fillsAll(template, notice.params)
      ? fill(
          panel.value?.strings[template] ?? template,
          grouped(translatedParams(notice.params, translated)),
        )
      : notice.message;
  const folder = panel.value?.folder;
  return folder ? text.replaceAll(folder, '') : text;
}

/** Whether nothing of a template stays open: a report of another version may have other parameters for the same code. */
function fillsAll(template: string, params: Params): boolean {
  return [...template.matchAll(/\{(\w+)\}/g)].every(([, name]) => name in params);
}

/** Values for a template, numbers among them grouped as everywhere. */
function grouped(params: Params): Params {
  const said = Object.entries(params).map(([key, value]) => [
    key,
    typeof value === 'number' ? value.toLocaleString(locale()) : value,
  ]);
  return Object.fromEntries(said);
}

/** Translations of whole sentences that were looked up, and the language that they are in. */
let known = new Map<string, string>();
let knownIn: Record<string, string> | undefined;

/** A sentence that comes without its code: found by itself, else by the template that it was made from. */
export function translated(english: string): string {
  const strings = panel.value?.strings ?? {};
  if (knownIn !== strings) known = new Map();
  knownIn = strings;
  const found = known.get(english) ?? lookUp(english, strings);
  known.set(english, found);
  return found;
}

function lookUp(english: string, strings: Record<string, string>): string {
  if (strings[english] !== undefined) return strings[english];
  for (const template of Object.values(messages)) {
    const params = strings[template] && paramsOf(template, english);
    if (params) return fill(strings[template], params);
  }
  return english;
}

/** What a template's placeholders were filled with to give a text; null where it gives no such text. */
function paramsOf(template: string, text: string): Params | null {
  const seen = new Set<string>();
  const literal = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  const pattern = literal.replace(/\{(\w+)\}/g, (_, name: string) => {
    const group = seen.has(name) ? `\\k<${name}>` : `(?<${name}>.+)`;
    seen.add(name);
    return group;
  });
  return new RegExp(`^${pattern}$`, 's').exec(text)?.groups ?? null;
}

/** Sentences one after another; a space stands between them only where the language has it. */
export function sentences(said: readonly string[]): string {
  return said.filter(Boolean).join(' ').replaceAll('。 ', '。');
}

/** "a, b and c" in the user's language. */
export function list(names: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(names);
}

/** The language of numbers and dates. */
export function locale(): string {
  return panel.value?.locale || 'en';
}
