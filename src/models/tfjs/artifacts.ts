import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import * as z from 'zod';
import { detailOf, failure, TransferLensError } from '../../protocol/notice.js';

const weight = z.looseObject({
  name: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  dtype: z.string(),
  quantization: z.looseObject({ dtype: z.string() }).optional(),
});
const dims = z
  .looseObject({ dim: z.array(z.looseObject({ size: z.coerce.number().optional() })).optional() })
  .optional();
const tensor = z.looseObject({
  name: z.string().optional(),
  dtype: z.union([z.string(), z.number()]).optional(),
  tensorShape: dims,
});
const nodeSchema = z.looseObject({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).optional(),
});
// What is empty is left out by the converter, and wanted by TensorFlow.js.
const functionSchema = z.looseObject({
  signature: z.looseObject({ inputArg: z.array(z.looseObject({ name: z.string() })).default([]) }),
  nodeDef: z.array(nodeSchema).default([]),
  ret: z.record(z.string(), z.string()).default({}),
});

const modelSchema = z.looseObject({
  format: z.string().nullish(),
  modelTopology: z.looseObject({
    node: z.array(nodeSchema).optional(),
    library: z.looseObject({ function: z.array(functionSchema).optional() }).nullish(),
    model_config: z.unknown().optional(),
    class_name: z.unknown().optional(),
  }),
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(weight) })),
  signature: z
    .looseObject({
      inputs: z.record(z.string(), tensor).optional(),
      outputs: z.record(z.string(), tensor).optional(),
    })
    .nullish(),
  userDefinedMetadata: z
    .looseObject({ signature: z.looseObject({ outputs: z.record(z.string(), tensor).optional() }) })
    .nullish()
    .catch(null),
});

export type ModelJson = z.infer<typeof modelSchema>;
export type TfNode = z.infer<typeof nodeSchema>;
export type TfFunction = z.infer<typeof functionSchema>;

/** A `model.json` is text; one that is larger holds weights, or is none. */
const mostJson = 256e6;
const itemBytes: Record<string, number> = {
  float32: 4,
  int32: 4,
  complex64: 8,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
};

/** What `model.json` says, checked. Every failure names the file and the cure. */
export async function readModelJson(path: string): Promise<ModelJson> {
  const { size } = await stat(path).catch(error => {
    throw failure('model.unreadable', { file: path, detail: detailOf(error) }, error);
  });
  if (size === 0) throw failure('model.empty', { file: path });
  if (size > mostJson) throw failure('model.notTfjs', { file: path, detail: `${size} bytes` });
  const text = await readFile(path, 'utf8');
  if (text.startsWith('version https://git-lfs')) throw failure('model.lfsPointer', { file: path });
  try {
    const json = modelSchema.parse(JSON.parse(text));
    checkNodes(path, json.modelTopology.node ?? []);
    return json;
  } catch (error) {
    if (error instanceof TransferLensError) throw error;
    const detail =
      error instanceof z.ZodError
        ? `${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`
        : detailOf(error);
    throw failure('model.notTfjs', { file: path, detail }, error);
  }
}

function checkNodes(file: string, nodes: readonly TfNode[]): void {
  const names = new Set(nodes.map(({ name }) => name));
  for (const { name, input = [] } of nodes)
    for (const from of input)
      if (!names.has(from.replace(/^\^/, '').replace(/:\d+$/, '')))
        throw failure('model.notTfjs', { file, detail: `node "${name}" wants "${from}"` });
}

/** Paths of the shards with the weights, in their order; each found beside the model and together long enough. */
export async function shardFiles(path: string, json: ModelJson): Promise<string[]> {
  const folder = dirname(path);
  const found: string[] = [];
  for (const { paths, weights } of json.weightsManifest) {
    const wanted = weights.reduce((sum, { shape, dtype, quantization }) => {
      const bytes = itemBytes[quantization?.dtype ?? dtype];
      // Strings carry their lengths with them: only then is the size not known.
      return sum + (bytes === undefined ? 0 : bytes * shape.reduce((a, b) => a * b, 1));
    }, 0);
    let bytes = 0;
    for (const name of paths) {
      const file = join(folder, name);
      const inside = relative(folder, file);
      if (isAbsolute(name) || isAbsolute(inside) || inside.split(/[\\/]/)[0] === '..')
        throw failure('model.externalOutside', { file: path, data: name });
      const entry = await stat(file).catch(() => null);
      if (!entry?.isFile()) throw failure('model.externalMissing', { file: path, data: name });
      bytes += entry.size;
      found.push(file);
    }
    if (bytes < wanted)
      throw failure('model.externalTruncated', { file: path, data: paths.at(-1) ?? '' });
  }
  return found;
}

/** Number of weights. */
export function parametersOf(json: ModelJson): number {
  return json.weightsManifest
    .flatMap(({ weights }) => weights)
    .filter(({ dtype }) => dtype === 'float32')
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
