import type { ModelJson } from './artifacts.js';

type Config = Record<string, unknown>;
interface Layer {
  class_name: string;
  config: Config;
  inbound_nodes?: unknown[];
}

/**
 * A layers model of Keras 3 as Keras 2 would have written it, which is all that TensorFlow.js reads: the converter (4.22) passes the
 * configuration on as it is, and names of weights with the models that they lie in.
 * @throws Error where a part has no counterpart, or one that computes something else
 */
export function asKeras2(json: ModelJson): ModelJson {
  const { keras_version, model_config } = json.modelTopology;
  refuseUnheeded(model_config);
  if (!/^3\./.test(String(keras_version))) return json;
  const kinds = new Map<string, string>();
  const config = layerOf(model_config as Layer, kinds);
  return {
    ...json,
    modelTopology: { ...json.modelTopology, model_config: config },
    weightsManifest: json.weightsManifest.map(group => ({
      ...group,
      weights: group.weights.map(one => ({ ...one, name: weightName(one.name, kinds) })),
    })),
  };
}

/** What TensorFlow.js reads over, so that it would compute something else without a word. */
function refuseUnheeded(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const { class_name, config } = value as Partial<Layer>;
  const { negative_slope, threshold, name } = config ?? {};
  if (class_name === 'ReLU' && (negative_slope || threshold))
    throw new Error(`layer "${name}": a ReLU with a slope below zero or a threshold`);
  for (const part of Object.values(value)) refuseUnheeded(part);
}

/** @param kinds class of each layer by its name: filled on the way */
function layerOf({ class_name, config, inbound_nodes }: Layer, kinds: Map<string, string>): Layer {
  const { batch_shape, negative_slope, build_input_shape, ...rest } = plain(config) as Config;
  kinds.set(String(rest.name), class_name);
  const made: Config = { ...rest };
  if (batch_shape !== undefined) made.batch_input_shape = batch_shape;
  if (class_name === 'LeakyReLU') made.alpha = negative_slope;
  else if (negative_slope !== undefined) made.negative_slope = negative_slope;
  for (const key of ['activation', 'recurrent_activation'])
    if (made[key] !== undefined) made[key] = activationOf(made[key]);
  if (Array.isArray(config.layers)) {
    const layers = (config.layers as Layer[]).map(one => layerOf(one, kinds));
    // A chain that begins with no input layer knows what it was built for.
    if (class_name === 'Sequential' && layers[0]?.config.batch_input_shape === undefined)
      layers[0].config.batch_input_shape = build_input_shape;
    made.layers = layers;
  }
  for (const key of ['input_layers', 'output_layers'])
    if (made[key] !== undefined) made[key] = referencesOf(made[key], kinds);
  const nodes = inbound_nodes?.map(node => nodeOf(String(rest.name), node, kinds));
  return { class_name, config: made, ...(nodes && { name: rest.name, inbound_nodes: nodes }) };
}

/** Objects with where they were defined, as they are called. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const { class_name, config } = value as Partial<Layer>;
  if (class_name === 'DTypePolicy') return config?.name;
  const kept = Object.entries(value).filter(([key]) => !/^(module|registered_name)$/.test(key));
  return Object.fromEntries(kept.map(([key, one]) => [key, plain(one)]));
}

/** Names of activations that changed, or that mean something else since. */
function activationOf(given: unknown): unknown {
  if (given === 'silu') return 'swish';
  if (given === 'hard_sigmoid')
    throw new Error('the activation hard_sigmoid of Keras 3 is another');
  return given;
}

type Kinds = ReadonlyMap<string, string>;

/** Input or output layers: `[name, node, tensor]`, or a list of them. */
function referencesOf(given: unknown, kinds: Kinds): unknown {
  if (!Array.isArray(given)) throw new Error('inputs or outputs by name');
  return (typeof given[0] === 'string' ? [given] : given).map(one => referenceOf(one, kinds));
}

/** A tensor by the layer that made it and the number of the call: a model within a model counts its own making as the first. */
function referenceOf([layer, node, tensor]: [string, number, number], kinds: Kinds) {
  const isModel = /^(Functional|Sequential|Model)$/.test(kinds.get(layer) ?? '');
  return [layer, isModel ? node + 1 : node, tensor];
}

interface Call {
  args: unknown[];
  kwargs: Record<string, unknown>;
}

/** A call of a layer, with the tensors that it is given: `[[layer, node, tensor, {}], …]`. */
function nodeOf(layer: string, given: unknown, kinds: Kinds): unknown {
  const { args, kwargs } = given as Call;
  const [tensors, ...more] = args;
  const list = Array.isArray(tensors) ? tensors : [tensors];
  const histories = list.map(tensor => tensor?.config?.keras_history);
  const extra = Object.values(kwargs).filter(value => value !== null && typeof value === 'object');
  if (more.length > 0 || extra.length > 0 || histories.some(one => one === undefined))
    throw new Error(`layer "${layer}" is called with more than tensors`);
  return histories.map(one => [...referenceOf(one, kinds), {}]);
}

/** A weight by its layer alone, as Keras 2 called it. */
function weightName(name: string, kinds: ReadonlyMap<string, string>): string {
  const parts = name.split('/');
  const layer = parts.findLast((part, k) => k < parts.length - 1 && kinds.has(part));
  if (layer === undefined) return name;
  const own = parts[parts.length - 1];
  const isDepthwise = kinds.get(layer) === 'DepthwiseConv2D' && own === 'kernel';
  return `${layer}/${isDepthwise ? 'depthwise_kernel' : own}`;
}
