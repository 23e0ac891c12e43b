import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Tokenizer } from '@huggingface/tokenizers';
import type { TextSample } from '../protocol/content.js';
import type { InputTensor } from '../protocol/modelInput.js';
import { detailOf, failure } from '../protocol/notice.js';
import type { TextPreprocessing } from '../protocol/preprocessing.js';
import type { Batch } from './batch.js';

/** Token ids of one text, and which of two texts each token is of. */
interface Encoded {
  ids: number[];
  types: number[];
}

/**
 * A batch of texts: ids, then mask, types and positions as the plan says; integers [rows, tokens].
 *
 * What a model gives for a text must not depend on which others are in its batch. A mask hides padding; where none does, only texts of
 * one length share a call, so that each stands there as it would alone. A fixed length would also be the same for all, but it is no
 * text that anybody gives such a model, and a mean over its tokens would be one over padding mostly.
 */
export class TextBatch implements Batch<TextSample> {
  private readonly encoded: (Encoded | undefined)[];
  private readonly encoder: Promise<Encoder>;

  constructor(
    private readonly plan: TextPreprocessing,
    rows: number,
  ) {
    this.encoded = new Array(rows);
    this.encoder = encoderOf(plan);
    this.encoder.catch(() => undefined);
  }

  async add(sample: TextSample, k: number): Promise<null> {
    this.encoded[k] = (await this.encoder).encode(sample);
    return null;
  }

  together(kept: readonly number[]): number[][] {
    if (this.plan.leastLength === undefined) return [[...kept]];
    const byWidth = new Map<number, number[]>();
    for (const k of kept) {
      const width = this.width([k]);
      const same = byWidth.get(width);
      if (same) same.push(k);
      else byWidth.set(width, [k]);
    }
    return [...byWidth.values()];
  }

  tensors(kept: readonly number[]): InputTensor[] {
    const { plan } = this;
    const rows = kept.flatMap(k => this.encoded[k] ?? []);
    const width = this.width(kept);
    const shape = [rows.length, width];
    const left = plan.paddingSide === 'left';
    const filled = (pad: number, of: (row: Encoded, t: number) => number): InputTensor => {
      const data = new Int32Array(rows.length * width).fill(pad);
      for (const [k, row] of rows.entries()) {
        const at = k * width + (left ? width - row.ids.length : 0);
        for (let t = 0; t < row.ids.length; t++) data[at + t] = of(row, t);
      }
      return { data: plan.type === 'int64' ? BigInt64Array.from(data, BigInt) : data, shape };
    };
    const make = {
      mask: () => filled(0, () => 1),
      types: () => filled(plan.padTypeId, ({ types }, t) => types[t]),
      positions: () => filled(0, (_, t) => t),
    };
    return [filled(plan.padId, ({ ids }, t) => ids[t]), ...plan.tensors.map(name => make[name]())];
  }

  /** Tokens that the longest of some texts takes, with its padding. */
  private width(kept: readonly number[]): number {
    const { padToMax, maxLength, leastLength = 1 } = this.plan;
    if (padToMax) return maxLength;
    return kept.reduce((most, k) => Math.max(most, this.encoded[k]?.ids.length ?? 0), leastLength);
  }
}

/** A tokenizer that cuts texts as the plan says; special tokens are never cut. */
class Encoder {
  private readonly added = new Map<string, number>();
  private readonly unknown: number | undefined;
  /** RoBERTa knows no second kind of text. */
  private readonly oneType: boolean;

  constructor(
    private readonly tokenizer: Tokenizer,
    json: Json,
    private readonly plan: TextPreprocessing,
  ) {
    const { unk_token, unk_id } = json.model;
    const { tokens_to_ids, unk_token_id } = tokenizer.model ?? {};
    this.unknown = unk_token_id ?? unk_id ?? tokens_to_ids?.get(unk_token ?? '');
    this.oneType = JSON.stringify(json.post_processor ?? null).includes('"RobertaProcessing"');
    for (const [id, { content }] of tokenizer.get_added_tokens_decoder())
      this.added.set(content, id);
  }

  encode({ text, pair, file }: TextSample): Encoded {
    try {
      const { maxLength } = this.plan;
      const most = Math.max(
        0,
        maxLength - this.finish([], pair === null ? null : []).tokens.length,
      );
      const [a, b] = this.cut(this.split(text), pair === null ? null : this.split(pair), most);
      const { tokens, types } = this.finish(a, b);
      return { ids: tokens.map(token => this.idOf(token)), types };
    } catch (error) {
      throw failure('sample.untokenized', { file, detail: detailOf(error) }, error);
    }
  }

  private split(text: string): string[] {
    return this.tokenizer.tokenize(text, { add_special_tokens: false });
  }

  private finish(a: string[], b: string[] | null): { tokens: string[]; types: number[] } {
    const { post_processor } = this.tokenizer;
    const done = post_processor?.post_process(a, b, true);
    const tokens = done?.tokens ?? [...a, ...(b ?? [])];
    const plain = () => tokens.map((_, t) => (b && !done && t >= a.length ? 1 : 0));
    const types = this.oneType ? tokens.map(() => 0) : (done?.token_type_ids ?? plain());
    return { tokens, types };
  }

  /** Cuts the longer of two texts first, as the tokenizers' own `LongestFirst` does. */
  private cut(a: string[], b: string[] | null, most: number): [string[], string[] | null] {
    const keep = (tokens: string[], n: number) => {
      if (tokens.length <= n) return tokens;
      return this.plan.truncationSide === 'left'
        ? tokens.slice(tokens.length - n)
        : tokens.slice(0, n);
    };
    if (b === null) return [keep(a, most), null];
    if (a.length + b.length <= most) return [a, b];
    const shorter = Math.min(a.length, b.length);
    let [short, long] = [shorter, most - shorter];
    if (long < short) [short, long] = [Math.floor(most / 2), Math.ceil(most / 2)];
    // Where neither fits by itself, it is the first that gets the smaller half.
    const [first, second] = a.length > b.length && shorter < most ? [long, short] : [short, long];
    return [keep(a, first), keep(b, second)];
  }

  private idOf(token: string): number {
    const { model } = this.tokenizer;
    const id = this.added.get(token) ?? model?.tokens_to_ids.get(token) ?? this.unknown;
    if (id === undefined) throw new Error(`the vocabulary has neither "${token}" nor unknown`);
    return id;
  }
}

/** What is read here of a `tokenizer.json` that is known to be one. */
interface Json {
  model: { unk_token?: string; unk_id?: number };
  post_processor?: object | null;
}

/** `Whitespace` splits by letters of all scripts; the library's own knows those of ASCII only, so that it is told the pattern. */
function unicodeWords<T>(json: T): T {
  const split = {
    type: 'Split',
    pattern: { Regex: '\\w+|[^\\w\\s]+' },
    behavior: 'Removed',
    invert: true,
  };
  return JSON.parse(JSON.stringify(json), (_, value) =>
    value?.type === 'Whitespace' && Object.keys(value).length === 1 ? split : value,
  );
}

const encoders = new Map<string, Promise<Encoder>>();

function encoderOf(plan: TextPreprocessing): Promise<Encoder> {
  const key = JSON.stringify([plan.tokenizerHash, plan.maxLength, plan.truncationSide]);
  let found = encoders.get(key);
  if (!found) {
    found = load(plan);
    encoders.set(key, found);
  }
  return found;
}

async function load(plan: TextPreprocessing): Promise<Encoder> {
  const file = plan.tokenizer;
  try {
    const { Tokenizer } = await import('@huggingface/tokenizers');
    const json = JSON.parse(await readFile(file, 'utf8'));
    const settings = await readFile(join(dirname(file), 'tokenizer_config.json'), 'utf8').catch(
      () => '{}',
    );
    return new Encoder(new Tokenizer(unicodeWords(json), JSON.parse(settings)), json, plan);
  } catch (error) {
    throw failure('tokenizer.unreadable', { file, detail: detailOf(error) }, error);
  }
}
