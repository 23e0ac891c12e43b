import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { detailOf, failure } from '../protocol/notice.js';
import { foldersOf } from './metadata.js';

/** A tokenizer that is larger is none. */
const mostBytes = 256e6;

const tokenizerSchema = z.looseObject({
  model: z.looseObject({ type: z.string().nullish(), vocab: z.unknown() }),
  truncation: z
    .looseObject({ max_length: z.number().int().positive(), direction: z.string().optional() })
    .nullish(),
  padding: z
    .looseObject({
      pad_id: z.number().int().optional(),
      pad_type_id: z.number().int().optional(),
      pad_token: z.string().optional(),
      direction: z.string().optional(),
      strategy: z.union([z.string(), z.looseObject({ Fixed: z.number().int() })]).optional(),
    })
    .nullish(),
  added_tokens: z
    .array(z.looseObject({ id: z.number().int(), content: z.string() }))
    .nullish()
    .transform(tokens => tokens ?? []),
});

const settingsSchema = z.looseObject({
  model_max_length: z.number().positive().nullish().catch(null),
  pad_token: z
    .union([z.string(), z.looseObject({ content: z.string() })])
    .nullish()
    .catch(null),
  padding_side: z.string().nullish().catch(null),
  truncation_side: z.string().nullish().catch(null),
});

const configSchema = z.looseObject({
  max_position_embeddings: z.number().int().positive().nullish().catch(null),
  pad_token_id: z.number().int().nullish().catch(null),
});

export type TokenizerJson = z.infer<typeof tokenizerSchema>;

/** The files of a tokenizer beside a model, as far as they decide how texts become ids. */
export interface TokenizerFiles {
  path: string;
  /** sha256 of `tokenizer.json` and its settings, hex. */
  hash: string;
  json: TokenizerJson;
  settings: z.infer<typeof settingsSchema>;
  config: z.infer<typeof configSchema>;
}

/**
 * Reads `tokenizer.json` of a model: in its folder, or in the one above where that is called `onnx`, as on Hugging Face.
 * @throws TransferLensError where there is none, or none that can be read
 */
export async function readTokenizer(model: string): Promise<TokenizerFiles> {
  for (const at of foldersOf(dirname(model))) {
    const path = join(at, 'tokenizer.json');
    const info = await stat(path).catch(() => null);
    if (!info?.isFile()) continue;
    if (info.size > mostBytes)
      throw failure('tokenizer.unreadable', { file: path, detail: `${info.size} bytes` });
    const text = await readFile(path, 'utf8').catch(error => {
      throw failure('tokenizer.unreadable', { file: path, detail: detailOf(error) }, error);
    });
    const beside = async (name: string) =>
      (await readFile(join(at, name), 'utf8').catch(() => null)) ?? '{}';
    const [settings, config] = [await beside('tokenizer_config.json'), await beside('config.json')];
    return {
      path,
      hash: createHash('sha256').update(text).update('\0').update(settings).digest('hex'),
      json: parse(tokenizerSchema, text, path),
      settings: parse(settingsSchema, settings, join(at, 'tokenizer_config.json')),
      config: parse(configSchema, config, join(at, 'config.json')),
    };
  }
  throw failure('tokenizer.missing', { file: model });
}

function parse<T>(schema: z.ZodType<T>, text: string, file: string): T {
  try {
    return schema.parse(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : null;
    const detail = issue ? `${issue.path.join('.')}: ${issue.message}` : detailOf(error);
    throw failure('tokenizer.unreadable', { file, detail }, error);
  }
}
