import type { Framework } from './facts.js';
import { importsOf, packagesOf } from './samples.js';
import { header, quoted } from './script.js';
import { batchesOf, preparedOf, settings, trainingOf } from './tensorflow.js';

/**
 * A SavedModel that nothing else is known of: its graph is frozen, cut at the penultimate features and put under a new head. To train
 * all of it, the kernels of the frozen graph become variables again; what normalises stays as it is.
 */
export const savedModel: Framework = {
  id: 'savedModel',
  language: 'python',
  fits: ({ model }) =>
    model.format === 'savedModel' && model.plan.kind === 'image' && model.features !== null,
  write(facts) {
    const { path, plan } = facts.model;
    if (plan.kind !== 'image') return '';
    return `${header(facts, `pip install tensorflow keras pillow${packagesOf(facts)}`)}
${importsOf(facts, ['math', 'random', 'pathlib'], ['import numpy as np'])}import keras
import numpy as np
import tensorflow as tf
from PIL import Image
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

MODEL = Path(${quoted(path)}).parent
${settings}


${preparedOf(plan)}


${batchesOf(facts)}

# The graph with its weights in it, and where in it the features are: what the last linear layer is given.
loaded = tf.saved_model.load(str(MODEL))
serving = loaded.signatures.get("serving_default", next(iter(loaded.signatures.values())))
frozen = convert_variables_to_constants_v2(serving)
graph, given = frozen.graph.as_graph_def(), frozen.inputs[0]


def given_to_last(tensor):
    while tensor.op.inputs and tensor.op.type not in ("MatMul", "Conv2D"):
        tensor = tensor.op.inputs[0]
    return tensor.op.inputs[0] if tensor.op.inputs else tensor


features = next(found for found in map(given_to_last, frozen.outputs) if found.shape[-1] == ${facts.model.dimension})


class Body(keras.layers.Layer):
    def build(self, shape):
        self.kernels = {}
        for node in graph.node if ${facts.intent === 'fineTune' ? 'True' : 'False'} else []:
            values = tf.make_ndarray(node.attr["value"].tensor) if node.op == "Const" else np.float32(0)
            if values.dtype == np.float32 and sum(side > 1 for side in values.shape) > 1:
                start = keras.initializers.Constant(values)
                self.kernels[node.name] = self.add_weight(shape=values.shape, initializer=start, name=f"kernel_{len(self.kernels)}")

    def call(self, images):
        own = {f"{name}:0": tf.convert_to_tensor(kernel) for name, kernel in self.kernels.items()}
        found = tf.graph_util.import_graph_def(graph, {given.name: images, **own}, [features.name])[0]
        return tf.reduce_mean(found, [1, 2]) if len(features.shape) == 4 else found


model = keras.Sequential([Body(), keras.layers.Dense(outputs)])
${trainingOf(facts)}
model.export("fine_tuned")
`;
  },
};
