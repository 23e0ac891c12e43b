import { basename } from 'node:path';
import type { TokenInput } from '../protocol/modelInput.js';
import type { Sourced, TextPreprocessing } from '../protocol/preprocessing.js';
import type { ModelMetadata } from './metadata.js';
import type { Planned } from './plan.js';
import { readTokenizer, type TokenizerFiles } from './tokenizer.js';

/** What transformers writes where a tokenizer has no limit. */
const unlimited = 1e9;
const usualLength = 512;

/**
 * Decides how texts become token ids: by the `tokenizer.json` beside the model, cut to what the graph, the tokenizer and the
 * model's configuration allow, whichever is least; padded to the longest text of a batch, to a
 * fixed length of the graph or the tokenizer, or, where a model would see it, not at all.
 */
export async function planTexts({ model }: ModelMetadata, input: TokenInput): Promise<Planned> {
  const files = await readTokenizer(model);
  const { json, settings } = files;
  const maxLength = lengthOf(files, input);
  const fixed = json.padding?.strategy;
  const least = typeof fixed === 'object' ? fixed.Fixed : null;
  const padId = padIdOf(files);
  const side = (value: string | null | undefined) =>
    value?.toLowerCase() === 'left' ? 'left' : 'right';
  const tensors: TextPreprocessing['tensors'] = [];
  for (const name of ['mask', 'types', 'positions'] as const)
    if (input[name] !== null) tensors.push(name);
  const paddingSide = side(settings.padding_side ?? json.padding?.direction);
  // Positions that the graph counts itself begin with the padding on the left, whatever the mask says.
  const shows = input.paddingShows || (paddingSide === 'left' && input.positions === null);
  const padToMax =
    input.length !== null || (least !== null && (!shows || least >= maxLength.value));
  const plan: TextPreprocessing = {
    kind: 'text',
    tokenizer: files.path,
    tokenizerHash: files.hash,
    maxLength: maxLength.value,
    padToMax,
    ...(shows && !padToMax ? { leastLength: least ?? 1 } : {}),
    padId: padId.value,
    padTypeId: json.padding?.pad_type_id ?? 0,
    paddingSide,
    truncationSide: side(settings.truncation_side ?? json.truncation?.direction),
    tensors,
    type: input.type,
  };
  const from = basename(files.path);
  return {
    plan,
    report: {
      tokenizer: { value: json.model.type ?? 'tokenizer', from },
      maxLength,
      padding: {
        value: padToMax ? 'fixed length' : shows ? 'texts of one length' : 'longest of the batch',
        from: input.length !== null ? 'graph' : from,
      },
      padId,
    },
    notices: [],
  };
}

function lengthOf({ json, settings, config }: TokenizerFiles, input: TokenInput): Sourced<number> {
  const limit = settings.model_max_length;
  const known: Sourced<number | null | undefined>[] = [
    { value: input.length, from: 'graph' },
    { value: json.truncation?.max_length, from: 'tokenizer.json' },
    { value: limit && limit < unlimited ? limit : null, from: 'tokenizer_config.json' },
  ];
  // Positions count what a model may use for itself too (RoBERTa: 514), so that the tokenizer's limit goes before.
  const stated = known.some(({ value }) => value);
  if (!stated) known.push({ value: config.max_position_embeddings, from: 'config.json' });
  const limits = known.flatMap(({ value, from }) => (value ? [{ value, from }] : []));
  return limits.reduce((least, one) => (one.value < least.value ? one : least), {
    value: limits.length > 0 ? Number.POSITIVE_INFINITY : usualLength,
    from: 'default',
  });
}

function padIdOf({ json, settings, config }: TokenizerFiles): Sourced<number> {
  const pad = json.padding?.pad_id;
  if (pad !== undefined) return { value: pad, from: 'tokenizer.json' };
  const token =
    typeof settings.pad_token === 'string' ? settings.pad_token : settings.pad_token?.content;
  const added = json.added_tokens.find(({ content }) => content === token);
  if (added) return { value: added.id, from: 'tokenizer_config.json' };
  const own = config.pad_token_id;
  return own === null || own === undefined
    ? { value: 0, from: 'default' }
    : { value: own, from: 'config.json' };
}
