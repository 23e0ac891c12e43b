import { type MessageCode, messages } from '../src/protocol/messages.js';
import { fill, type Params } from '../src/protocol/notice.js';
import { panel } from './state.js';

/** The English text in the user's language, its `{placeholders}` filled. Every visible string goes through here. */
export function t(english: string, params: Params = {}): string {
  return fill(translated(english), params);
}

/** A text that was made outside the page: translated by the template of its code, else its English wording. */
export function noticeText(notice: { code: string; message: string; params?: Params }): string {
  const template = messages[notice.code as MessageCode];
  const translation = template && panel.value?.strings[template];
  return translation && notice.params ? fill(translation, notice.params) : notice.message;
}

/** A sentence that comes whole, without a code. */
export function translated(english: string): string {
  return panel.value?.strings[english] ?? english;
}

/** "a, b and c" in the user's language. */
export function list(names: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(names);
}

/** The language of numbers and dates. */
export function locale(): string {
  return panel.value?.locale || 'en';
}
