import { type MessageCode, messages } from './messages.js';

/** Values that a message's `{placeholders}` stand for. */
export type Params = Readonly<Record<string, string | number>>;

/**
 * A text that crosses a boundary: a stable code, its parameters and the English default.
 * The editor translates by the template of the code; everything else shows `message`.
 */
export interface Notice {
  code: MessageCode;
  params: Params;
  message: string;
}

type Placeholder<T> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

/** The parameters that the message of a code needs, by name. */
export type ParamsOf<C extends MessageCode> = Readonly<
  Record<Placeholder<(typeof messages)[C]>, string | number>
>;

/** Fills the `{placeholders}` of a template, numbers with their digits grouped; unknown ones stay as they are. */
export function fill(template: string, params: Params): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => worded(params[name] ?? whole));
}

function worded(value: string | number): string {
  return Number.isInteger(value) ? value.toLocaleString('en') : String(value);
}

/** Parameters whose value may be words of ours, such as "images", the name of a measure or another notice. */
const words = ['given', 'wanted', 'measure', 'detail'];

/** The parameters with our words among them translated. */
export function translatedParams(params: Params, translate: (word: string) => string): Params {
  const own = words.filter(key => typeof params[key] === 'string');
  return {
    ...params,
    ...Object.fromEntries(own.map(key => [key, translate(String(params[key]))])),
  };
}

/** The notice of a code, worded in English. */
export function notice<C extends MessageCode>(code: C, params: ParamsOf<C>): Notice {
  return { code, params, message: fill(messages[code], params) };
}

/** A failure that a user can understand: its notice names the file, what is wrong and the cure. */
export class TransferLensError extends Error {
  readonly notice: Notice;

  constructor(notice: Notice, options?: ErrorOptions) {
    super(notice.message, options);
    this.name = 'TransferLensError';
    this.notice = notice;
  }
}

/** Shorthand: the error of a code. `cause` goes to the log, never to the user. */
export function failure<C extends MessageCode>(
  code: C,
  params: ParamsOf<C>,
  cause?: unknown,
): TransferLensError {
  return new TransferLensError(notice(code, params), cause === undefined ? undefined : { cause });
}

/** What a user is told of any error; one that is not ours is wrapped, its stack left to the log. */
export function noticeOf(error: unknown): Notice {
  if (error instanceof TransferLensError) return error.notice;
  return notice('internal', { detail: error instanceof Error ? error.message : String(error) });
}

/** Why a system call failed, in the system's own words: "permission denied". What stands for `{detail}` in messages. */
export function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node words it "EACCES: permission denied, scandir '/x'".
  return 'code' in error
    ? (/^[A-Z0-9]+: ([^,]+)/.exec(error.message)?.[1] ?? error.message)
    : error.message;
}

/** The stack of an error and of what caused it: for the log, never for a user. */
export function withCauses(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${withCauses(error.cause)}`;
}

/** The error of a signal that was aborted by the user; never shown as a failure. */
export class Cancelled extends Error {
  constructor() {
    super('Cancelled');
    this.name = 'Cancelled';
  }
}

/** Throws `Cancelled` when the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Cancelled();
}
