import type { ModelOverrides } from '../../protocol/preprocessing.js';
import type { LayersModel, SymbolicTensor } from './engine.js';
import { type Net, type NetTensor, noFeatures } from './net.js';
import type { Tf } from './tf.js';
import { endsInSigmoid, findHead } from './walk.js';

/** A Keras-style model: layers know what they are made of, so that a second model gives features too. */
export function layersNet(tf: Tf, path: string, given: LayersModel, wanted: ModelOverrides): Net {
  const model = unnested(tf, given);
  const tensors = new Map<string, SymbolicTensor>();
  for (const layer of model.layers)
    for (const node of layer.inboundNodes)
      for (const tensor of node.outputTensors) {
        tensors.set(tensor.name, tensor);
        // The last, as layers of a part were applied there before.
        tensors.set(layer.name, tensor);
      }
  const named = (names: readonly string[]): SymbolicTensor[] =>
    names.flatMap(name => tensors.get(name) ?? []);
  const features = (output: string): NetTensor | null => {
    if (wanted.features === null) return null;
    if (wanted.features !== undefined) {
      if (!tensors.has(wanted.features)) throw noFeatures(path, wanted.features);
      return { name: wanted.features, map: false };
    }
    const head = findHead(output, stepOf, () => false);
    return head && { name: head.features, map: head.map };
  };
  function stepOf(name: string) {
    const tensor = tensors.get(name);
    const layer = tensor?.sourceLayer;
    if (!tensor || !layer) return null;
    const made = tensor.inputs.map(input => input.name);
    const { activation } = layer.getConfig() as { activation?: string };
    return { op: layer.getClassName(), inputs: made, folded: activation ? [activation] : [] };
  }
  const info = ({ name, dtype, shape }: SymbolicTensor) => ({ name, dtype, shape });
  return {
    inputs: model.inputs.map(info),
    outputs: model.outputs.map(info),
    features,
    isSigmoid: output => endsInSigmoid(output, stepOf),
    runner(names) {
      const whole = tf.layersModel({ inputs: model.inputs, outputs: named(names) });
      return async input => {
        const given = whole.predict(input);
        return Array.isArray(given) ? given : [given];
      };
    },
    dispose: () => void given.dispose(),
  };
}

/**
 * A chain of layers whose parts are chains themselves, as Teachable Machine exports it, as one chain with the same weights: what
 * happens within a part can be asked for then.
 */
function unnested(tf: Tf, model: LayersModel): LayersModel {
  if (!isChain(model) || !model.layers.some(isChain)) return model;
  let [tensor] = model.inputs;
  for (const layer of chainOf(model)) tensor = layer.apply(tensor) as SymbolicTensor;
  return tf.layersModel({ inputs: model.inputs, outputs: tensor });
}

type Layer = LayersModel['layers'][number];

const isChain = (layer: Layer): layer is LayersModel => layer.getClassName() === 'Sequential';

function chainOf(layer: Layer): Layer[] {
  if (isChain(layer)) return layer.layers.flatMap(chainOf);
  return layer.getClassName() === 'InputLayer' ? [] : [layer];
}
