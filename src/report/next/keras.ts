import type { Framework } from './facts.js';
import { importsOf, packagesOf } from './samples.js';
import { header, quoted } from './script.js';
import { batchesOf, preparedOf, settings, trainingOf } from './tensorflow.js';

/** A network of Keras, in a file that Keras itself loads. */
export const keras: Framework = {
  id: 'keras',
  language: 'python',
  fits: ({ model }) => model.architecture?.library === 'keras' && model.plan.kind === 'image',
  write(facts) {
    const { architecture, plan } = facts.model;
    if (!architecture || plan.kind !== 'image') return '';
    return `${header(facts, `pip install keras tensorflow pillow${packagesOf(facts)}`)}
${importsOf(facts, ['math', 'random'], ['import numpy as np'])}import keras
import numpy as np
from PIL import Image

MODEL = ${quoted(architecture.from)}
${settings}


${preparedOf(plan)}


${batchesOf(facts)}

# A model with code of its own in it needs safe_mode=False, which runs that code: only if you trust it.
whole = keras.saving.load_model(MODEL, compile=False)
# The last linear layer is replaced by a new head on what that layer was given.
old = [layer for layer in whole.layers if isinstance(layer, (keras.layers.Dense, keras.layers.Conv2D))][-1]
features = old.input
if len(features.shape) == 4:
    features = keras.layers.GlobalAveragePooling2D()(features)
body = keras.Model(whole.inputs, features)
body.trainable = ${facts.intent === 'retrainHead' ? 'False' : 'True'}
model = keras.Model(body.inputs, keras.layers.Dense(outputs)(body.outputs[0]))
${trainingOf(facts)}
model.save("fine_tuned.keras")
`;
  },
};
