import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { detailOf, failure, type Notice } from '../protocol/notice.js';
import type { CropRounding, ModelOverrides } from '../protocol/preprocessing.js';
import {
  type Keys,
  readLabels,
  readPooling,
  readProcessorConfig,
  readSidecar,
  readTeachableMachine,
} from './keys.js';
import { readTimm, timmLabels } from './timm.js';

/** One file beside a model and what it says of preprocessing. */
export interface MetadataSource {
  /** Its name, as it is shown. */
  from: string;
  /** Its path, for messages. */
  file: string;
  preprocessing: Keys;
  /** How the code that this file is for rounds a centre crop. */
  cropRounding: CropRounding;
}

/** What the files beside a model say, before its graph is read. Plain data: it is part of a key of the store. */
export interface ModelMetadata {
  model: string;
  /** Files that say something of preprocessing; the first one that has a key decides it. */
  sources: MetadataSource[];
  /** Names of the source classes by index, or null where nothing names them. */
  labels: { names: string[]; from: string } | null;
  overrides: ModelOverrides;
  notices: Notice[];
}

/** What one file may tell. */
interface Told {
  keys?: Keys;
  overrides?: ModelOverrides;
  labels?: string[] | null;
}

interface SourceKind {
  /** Names of the file in the model's folder. */
  names(model: string): string[];
  /** transformers cuts to an integer; torchvision, the usual code behind anything else, rounds. */
  cropRounding?: CropRounding;
  /** @param stronger what is said by the files before it, of which `sidecar` is one that a user may write */
  read(text: string, file: string, stronger: readonly MetadataSource[], sidecar: string): Told;
}

/** Every kind of file that is looked for, the strongest first: a new kind is one entry. */
const kinds: SourceKind[] = [
  {
    names: model => [sidecarName(model), `${basename(model)}.transferlens.json`],
    read: (text, file) => readSidecar(parseJson(text, file), file),
  },
  {
    names: () => ['transferlens.json'],
    read: (text, file) => readSidecar(parseJson(text, file), file),
  },
  {
    names: () => ['preprocessor_config.json'],
    cropRounding: 'floor',
    read: (text, file) => ({ keys: readProcessorConfig(parseJson(text, file), file) }),
  },
  {
    names: () => ['metadata.json'],
    // A canvas draws at whole pixels, cut to integers.
    cropRounding: 'floor',
    read: (text, file) => readTeachableMachine(parseJson(text, file), file),
  },
  {
    names: () => ['config.json'],
    read: (text, file, stronger, sidecar) => {
      const json = parseJson(text, file);
      const sized = stronger.some(({ preprocessing }) => saysSizing(preprocessing));
      const keys = readTimm(json, file, sidecar, sized);
      return { keys, labels: readLabels(json, file) ?? timmLabels(json) };
    },
  },
  {
    // Of sentence-transformers.
    names: () => [join('1_Pooling', 'config.json')],
    read: (text, file) => ({ overrides: readPooling(parseJson(text, file)) }),
  },
  {
    names: () => ['labels.txt', 'class_names.txt'],
    read: text => ({ labels: lines(text) }),
  },
];

/** Whether a file says all of how images come to their size. */
function saysSizing({ size, do_resize, crop_size, do_center_crop }: Keys): boolean {
  const whole = typeof size === 'object' && 'height' in size;
  const resizes = size !== undefined || do_resize === false;
  return whole || (resizes && (crop_size !== undefined || do_center_crop !== undefined));
}

/** Name of the sidecar that belongs to one model alone. */
export function sidecarName(model: string): string {
  return `${basename(model, extname(model))}.transferlens.json`;
}

/**
 * Reads the files beside a model that say how its training preprocessed images and what its classes are called: in its own folder
 * (or in itself where it is a folder), and in the one above where that is called `onnx`, as on Hugging Face.
 * @throws TransferLensError that names file, key and cure, where a file says what cannot be
 */
export async function readModelMetadata(model: string): Promise<ModelMetadata> {
  const isFolder = await stat(model).then(
    found => found.isDirectory(),
    () => false,
  );
  const folders = foldersOf(isFolder ? model : dirname(model));
  const metadata: ModelMetadata = { model, sources: [], labels: null, overrides: {}, notices: [] };
  for (const kind of kinds) {
    const found = await firstOf(folders.flatMap(at => kind.names(model).map(n => join(at, n))));
    if (!found) continue;
    const { file, text } = found;
    const from = basename(file);
    const { keys, overrides, labels } = kind.read(text, file, metadata.sources, sidecarName(model));
    // Of two pipelines in one folder, an image processor's own file is the whole of it.
    const second =
      from === 'config.json' &&
      metadata.sources.some(source => source.from === 'preprocessor_config.json');
    if (keys && Object.keys(keys).length > 0 && !second) {
      const { cropRounding = 'halfEven' } = kind;
      metadata.sources.push({ from, file, preprocessing: keys, cropRounding });
    }
    if (labels) metadata.labels ??= { names: labels, from };
    metadata.overrides = { ...overrides, ...metadata.overrides };
  }
  return metadata;
}

/** The folder of a model's files, and that above it where it is called `onnx`, as on Hugging Face. */
export function foldersOf(folder: string): string[] {
  return basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder];
}

/** Those of some models beside which no file says how images are preprocessed, nor that they take texts. */
export async function withoutMetadata(models: readonly string[]): Promise<string[]> {
  const says = models.map(async model => {
    const tokenizers = foldersOf(dirname(model)).map(at => join(at, 'tokenizer.json'));
    // What cannot be read says something: what is wrong with it is told when the model is run.
    const { sources } = await readModelMetadata(model).catch(() => ({ sources: [model] }));
    return sources.length > 0 || tokenizers.some(existsSync);
  });
  const known = await Promise.all(says);
  return models.filter((_, k) => !known[k]);
}

async function firstOf(files: string[]): Promise<{ file: string; text: string } | null> {
  for (const file of files) {
    try {
      return { file, text: await readFile(file, 'utf8') };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') continue;
      throw failure('metadata.unreadable', { file, detail: detailOf(error) }, error);
    }
  }
  return null;
}

function parseJson(text: string, file: string): Record<string, unknown> {
  let json: unknown;
  try {
    // A byte order mark, as some Windows editors write it, is no part of the JSON.
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw failure('metadata.notJson', { file, detail: detailOf(error) }, error);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw failure('metadata.notObject', { file });
  return json as Record<string, unknown>;
}

/** One name a line; blank lines at the end are none. Null for an empty file. */
function lines(text: string): string[] | null {
  const trimmed = text.replace(/^\uFEFF/, '').trimEnd();
  return trimmed === '' ? null : trimmed.split(/\r?\n/).map(line => line.trim());
}
