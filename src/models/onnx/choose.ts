import type { ModelOutput } from '../../protocol/inference.js';
import type { ModelInput } from '../../protocol/modelInput.js';
import { failure, type Notice, notice } from '../../protocol/notice.js';
import type { Layout, ModelOverrides } from '../../protocol/preprocessing.js';
import { sidecarOf } from '../wording.js';
import type { GraphNode, GraphValue, ModelGraph } from './graph.js';

const typeNames = new Map<number, string>(
  Object.entries({
    float32: 1,
    uint8: 2,
    int8: 3,
    uint16: 4,
    int16: 5,
    int32: 6,
    int64: 7,
    string: 8,
    bool: 9,
    float16: 10,
    float64: 11,
    bfloat16: 16,
  }).map(([name, type]) => [type, name]),
);

/** ONNX's number of a type by its name; 0 for one that is not known. */
export function typeNumber(name: string): number {
  for (const [number, known] of typeNames) if (known === name) return number;
  return 0;
}

const inputTypes = ['float32', 'float16', 'uint8'] as const;
/** Names that exporters give to the tensors of texts. */
const tokenNames = {
  ids: /^(input_ids|ids|tokens|token_ids|input)$/i,
  mask: /mask/i,
  types: /token_type|segment/i,
  positions: /position/i,
};
const outputTypes = ['float32', 'float16', 'float64'];

/** A type and shape as messages show them: `float32[N, 3, ?, ?]`. */
function describe({ type, dims }: Pick<GraphValue, 'type' | 'dims'>): string {
  return (typeNames.get(type) ?? 'no tensor') + (dims ? shapeText(dims) : '');
}

/** A shape as messages show it: `[N, 3, ?, ?]`. */
export function shapeText(dims: readonly (number | string | null)[]): string {
  return `[${dims.map(dim => dim ?? '?').join(', ')}]`;
}

function list(values: readonly GraphValue[]): string {
  return values.map(value => `${value.name} ${describe(value)}`).join(', ') || 'none';
}

/** What samples feed: one image, token ids and what goes with them, or one row of numbers. Initialisers that are listed as inputs are defaults, not inputs. */
export function chooseInput(path: string, graph: ModelGraph, wanted: ModelOverrides): ModelInput {
  const file = path;
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  if (wanted.input !== undefined && !inputs.some(({ name }) => name === wanted.input)) {
    const sidecar = sidecarOf(path);
    throw failure('model.noInput', { file, input: wanted.input, inputs: list(inputs), sidecar });
  }
  const tokens = wanted.input === undefined ? tokenInput(inputs, quantizesByCall(graph)) : null;
  if (tokens) return tokens;
  if (inputs.length !== 1)
    throw failure('model.manyInputs', { file, count: inputs.length, inputs: list(inputs) });
  const { name, type: number, dims } = inputs[0];
  const input = name;
  const type = inputTypes.find(known => known === typeNames.get(number));
  if (!type)
    throw failure('model.inputType', { file, input, type: describe({ type: number, dims: null }) });
  if (dims?.length === 2 && type !== 'uint8') {
    const [batch, width] = dims.map(fixed);
    return { kind: 'numbers', name, width, batch, type };
  }
  if (dims && dims.length !== 4)
    throw failure('model.inputShape', { file, input, shape: describe(inputs[0]) });
  const [batch, a, b, c] = (dims ?? [null, null, null, null]).map(dim =>
    typeof dim === 'number' ? dim : null,
  );
  const layout = wanted.layout ?? layoutOf(a, c);
  const [channels, height, width] = layout === 'NCHW' ? [a, b, c] : [c, a, b];
  return { kind: 'image', name, layout, channels, height, width, batch, type };
}

/** Whether activations are quantised by the range of all that one call into the runtime holds (dynamic quantisation). */
export function quantizesByCall({ nodes }: ModelGraph): boolean {
  return nodes.some(({ op }) => /^DynamicQuantize/.test(op));
}

function fixed(dim: number | string | null): number | null {
  return typeof dim === 'number' ? dim : null;
}

/** Whole numbers [rows, tokens] under names that say what they are; null where the inputs are anything else. */
function tokenInput(inputs: readonly GraphValue[], byCall: boolean): ModelInput | null {
  const names = inputs.map(({ name }) => name);
  const types = new Set(inputs.map(({ type }) => typeNames.get(type)));
  const [type] = types;
  if (types.size !== 1 || (type !== 'int64' && type !== 'int32')) return null;
  if (inputs.some(({ dims }) => dims !== null && dims.length !== 2)) return null;
  const find = (pattern: RegExp) => names.find(name => pattern.test(name)) ?? null;
  const ids = inputs.length === 1 ? names[0] : find(tokenNames.ids);
  const [mask, kinds, positions] = [tokenNames.mask, tokenNames.types, tokenNames.positions].map(
    pattern => (inputs.length === 1 ? null : find(pattern)),
  );
  const known = [ids, mask, kinds, positions].filter(name => name !== null);
  if (ids === null || known.length !== inputs.length) return null;
  const [batch, length] = (inputs.find(({ name }) => name === ids)?.dims ?? [null, null]).map(
    fixed,
  );
  const tensors = { name: ids, mask, types: kinds, positions };
  return { kind: 'tokens', ...tensors, length, batch, type, paddingShows: byCall || !mask };
}

/** Channels are 1, 3 or 4; where that fits both axes or neither, the layout is that of nearly all ONNX models. */
function layoutOf(second: number | null, fourth: number | null): Layout {
  const channels = (dim: number | null) => dim === 1 || dim === 3 || dim === 4;
  return channels(fourth) && !channels(second) ? 'NHWC' : 'NCHW';
}

/** Names that exporters give to embeddings, not to class scores. */
export const featureName = /feat|embed|pool|penult|hidden|repr/i;

/** Names that exporters give to class scores. */
const scoreName = /prob|softmax|logit|score|class|pred/i;

/**
 * The tensor of features of a model that gives nothing else, such as an encoder: the one that is named, a vector for each sample, or
 * tokens and maps, which are pooled; tokens first where it is said how. Null where an output may hold scores.
 */
export function featuresAlone({ outputs }: ModelGraph, wanted: ModelOverrides): string | null {
  const { output, features, pooling } = wanted;
  const isFeatures = ({ name }: GraphValue) => featureName.test(name) && !scoreName.test(name);
  if (output !== undefined || features === null) return null;
  if (outputs.some(value => value.type === 0 || (isScores(value) && !isFeatures(value))))
    return null;
  if (features !== undefined) return features;
  const known = outputs.filter(value => isFeatures(value) && isReal(value));
  const [vectors, others] = [known.filter(isScores), known.filter(value => !isScores(value))];
  const [first] = pooling === undefined ? [...vectors, ...others] : [...others, ...vectors];
  return first?.name ?? null;
}

/**
 * The output with the source class scores: [images, classes], or [images, classes, 1, 1].
 * Of several, features are left aside; what a softmax made goes before what feeds it, then names decide, then order.
 * @returns the name of an output or, where a list of maps is made of it, of a tensor inside the graph
 */
export function chooseOutput(
  path: string,
  graph: ModelGraph,
  wanted: ModelOverrides,
): { output: string; notices: Notice[] } {
  const file = path;
  const sidecar = sidecarOf(path);
  const producers = producersOf(graph);
  const all = graph.outputs.map(value => beforeMaps(value, producers));
  if (wanted.output !== undefined) {
    const at = graph.outputs.findIndex(({ name }) => name === wanted.output);
    const output = all[at] ?? all.find(({ name }) => name === wanted.output);
    if (output && isScores(output)) return { output: output.name, notices: [] };
    if (output)
      throw failure('model.outputShape', {
        file,
        output: output.name,
        shape: describe(output),
        sidecar,
      });
    const outputs = list(all);
    throw failure('model.noOutput', { file, output: wanted.output, outputs, sidecar });
  }
  const candidates = all.filter(isScores);
  if (candidates.length === 0) {
    const [first = { name: '', type: 0, dims: null }] = all;
    const shape = describe(first);
    throw failure('model.outputShape', { file, output: first.name, shape, sidecar });
  }
  const rank = new Map(candidates.map(value => [value, preference(value, producers)]));
  const sorted = [...candidates].sort((a, b) => rank.get(a)! - rank.get(b)!);
  const output = sorted[0].name;
  // Logits beside their own probabilities, or features, leave no doubt; another head does.
  const related = ancestors(output, producers);
  const rivals = sorted.filter(
    ({ name }) => !related.has(name) && !ancestors(name, producers).has(output),
  );
  const outputs = sorted.map(({ name }) => name).join(', ');
  const notices =
    rivals.length > 0 ? [notice('model.outputChosen', { file, output, outputs, sidecar })] : [];
  return { output, notices };
}

/** All outputs as a user may choose among them. */
export function outputsOf(graph: ModelGraph): ModelOutput[] {
  const producers = producersOf(graph);
  return graph.outputs
    .map(value => beforeMaps(value, producers))
    .map(value => ({
      name: value.name,
      shape: describe(value),
      role: !isScores(value) ? 'other' : featureName.test(value.name) ? 'features' : 'scores',
    }));
}

/** What ZipMap, by which scikit-learn's exports end, makes a list of maps of: the same numbers as a tensor [rows, classes]. */
function beforeMaps(value: GraphValue, producers: Producers): GraphValue {
  const made = producers.get(value.name);
  return made?.op === 'ZipMap' ? { name: made.inputs[0], type: 1, dims: [null, null] } : value;
}

function isReal({ type }: GraphValue): boolean {
  return outputTypes.includes(typeNames.get(type) ?? '');
}

function isScores(value: GraphValue): boolean {
  const { type, dims } = value;
  if (type !== 0 && !isReal(value)) return false;
  if (dims === null) return true;
  return dims.length >= 2 && dims.slice(2).every(dim => dim === 1);
}

/** Lower is likelier to be the class scores. */
function preference({ name, dims }: GraphValue, producers: Producers): number {
  const unstated = dims === null ? 0.5 : 0;
  if (featureName.test(name)) return 5 + unstated;
  let made = producers.get(name);
  while (made && /^(Identity|Cast|Reshape|Flatten|Squeeze)$/.test(made.op))
    made = producers.get(made.inputs[0]);
  if (made?.op === 'Softmax' || made?.op === 'Sigmoid') return unstated;
  if (/prob|softmax/i.test(name)) return 1 + unstated;
  if (/^output(_?0)?$/i.test(name)) return 2 + unstated;
  return (/logit|score|class|pred/i.test(name) ? 3 : 4) + unstated;
}

export type Producers = ReadonlyMap<string, GraphNode>;

/** Which node makes a tensor. */
export function producersOf(graph: ModelGraph): Producers {
  return new Map(graph.nodes.flatMap(node => node.outputs.map(name => [name, node] as const)));
}

/** A tensor and all that it is computed from. */
function ancestors(tensor: string, producers: Producers): Set<string> {
  const seen = new Set([tensor]);
  for (const name of seen) for (const from of producers.get(name)?.inputs ?? []) seen.add(from);
  return seen;
}
