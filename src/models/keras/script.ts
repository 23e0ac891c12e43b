import { basename, dirname, join } from 'node:path';
import { type KerasKind, shownName } from './sniff.js';

/** What stands in a comment must not end it. */
const oneLine = (text: string) => text.replace(/\p{Cc}/gu, ' ');

/** A Python string. JSON's are Python's, but for what lies beyond 16 bits, which neither escapes. */
const quoted = (text: string) => JSON.stringify(text);

/** A Python script that makes of a Keras model what can be scored: a SavedModel, an ONNX model or a TensorFlow.js model. */
export function kerasScript(path: string, kind: KerasKind): string {
  const target = join(dirname(path), shownName(path));
  const load =
    kind === 'weights'
      ? `# The network that the weights are for: correct it if it is another.
model = keras.applications.MobileNetV2(weights=None)
model.load_weights(MODEL)`
      : `# A model with code of its own in it needs safe_mode=False, which runs that code: only if you trust it.
model = keras.saving.load_model(MODEL, compile=False)`;
  return `# Makes a model of ${oneLine(basename(path))} that TransferLens can score.
# Needs: pip install keras tensorflow
import keras

MODEL = ${quoted(path)}
${load}

# 1. As a SavedModel. Score the saved_model.pb in its folder.
model.export(${quoted(`${target}_saved_model`)})

# 2. Or as ONNX, which runs several times as fast (pip install tf2onnx onnx; with KERAS_BACKEND=torch, onnx onnxscript). Score this file.
# given = [keras.InputSpec(shape=one.shape, dtype=one.dtype, name=one.name) for one in model.inputs]
# model.export(${quoted(`${target}.onnx`)}, format="onnx", input_signature=given)

# 3. Or for TensorFlow.js (pip install tensorflowjs). Score the model.json in its folder.
# import tensorflowjs
# tensorflowjs.converters.save_keras_model(model, ${quoted(`${target}_tfjs`)})
`;
}

/** A Python script that makes an ONNX model of a TensorFlow Lite file. */
export function liteScript(path: string): string {
  const target = join(dirname(path), `${shownName(path)}.onnx`);
  return `# Makes an ONNX model of ${oneLine(basename(path))} that TransferLens can score.
# Needs: pip install tf2onnx onnx
import tf2onnx

tf2onnx.convert.from_tflite(${quoted(path)}, output_path=${quoted(target)})

# The network that it was converted from, where you have it, is better: export that to ONNX or a SavedModel.
`;
}
