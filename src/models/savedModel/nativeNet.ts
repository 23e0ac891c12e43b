import type { ModelOverrides } from '../../protocol/preprocessing.js';
import type { Tensor } from '../tfjs/engine.js';
import type { TensorInfo } from '../tfjs/input.js';
import { type Net, noFeatures } from '../tfjs/net.js';
import type { Tf } from '../tfjs/tf.js';
import type { Signature } from './messages.js';

/** TensorFlow's own types of tensors, by their codes, as far as samples can feed them. */
const types: Record<number, string> = { 1: 'float32', 3: 'int32', 4: 'uint8', 10: 'bool' };

/** A SavedModel as TensorFlow itself runs it: with every operator, but without its inner tensors, so without features. */
export async function nativeNet(
  tf: Tf,
  path: string,
  folder: string,
  tags: string[],
  signature: Signature,
  wanted: ModelOverrides,
): Promise<Net> {
  const { native } = tf;
  if (!native) throw new Error('TensorFlow is not loaded');
  const model = await native.loadSavedModel(folder, tags, signature.name);
  const infos = (list: Signature['inputs']): TensorInfo[] =>
    list.map(({ key, type, shape }) => ({
      name: key,
      dtype: types[type] ?? `type ${type}`,
      shape,
    }));
  return {
    inputs: infos(signature.inputs),
    outputs: infos(signature.outputs),
    features() {
      if (typeof wanted.features === 'string') throw noFeatures(path, wanted.features);
      return null;
    },
    isSigmoid: () => false,
    runner(names) {
      return async input => {
        const given = model.predict(input);
        const [only, ...others] = signature.outputs;
        const all =
          others.length === 0 ? { [only.key]: given as Tensor } : (given as Record<string, Tensor>);
        for (const [name, tensor] of Object.entries(all))
          if (!names.includes(name)) tensor.dispose();
        return names.map(name => all[name]);
      };
    },
    dispose: () => model.dispose(),
  };
}
