import { basename, dirname } from 'node:path';
import type { ModelOutput } from '../../protocol/inference.js';
import type { InputTensor, ModelInput } from '../../protocol/modelInput.js';
import { failure, type Notice, TransferLensError } from '../../protocol/notice.js';
import { ofBothClasses } from '../bothClasses.js';
import type { ForwardResult, Model } from '../model.js';
import { detailOf, sidecarOf } from '../wording.js';
import type { Tensor } from './engine.js';
import { isScores, typeAndShape } from './input.js';
import type { Net, NetTensor } from './net.js';
import { runtimeName } from './runtime.js';
import type { Tf } from './tf.js';

interface Parts {
  path: string;
  tf: Tf;
  net: Net;
  input: ModelInput;
  /** Empty where the model gives features alone. */
  output: string;
  tap: NetTensor | null;
  parameters: number | null;
  notices: Notice[];
}

/** A TensorFlow network. */
export class TfModel implements Model {
  readonly input: ModelInput;
  readonly output: string;
  readonly features: string | null;
  readonly runtime: string;
  readonly parameters: number | null;
  readonly notices: Notice[];
  readonly outputs: readonly ModelOutput[];
  private readonly compute: (input: Tensor) => Promise<Tensor[]>;

  constructor(private readonly parts: Parts) {
    ({ input: this.input, output: this.output, parameters: this.parameters } = parts);
    this.notices = parts.notices;
    this.outputs = parts.net.outputs.map(info => ({
      name: info.name,
      shape: typeAndShape(info),
      role: isScores(info) ? 'scores' : 'other',
    }));
    this.features = parts.tap?.name ?? null;
    this.runtime = runtimeName(parts.tf);
    const { output, tap } = parts;
    this.compute = parts.net.runner([...(output ? [output] : []), ...(tap ? [tap.name] : [])]);
  }

  async run([{ data, shape }]: readonly InputTensor[]): Promise<ForwardResult> {
    const { tf, input, path, tap } = this.parts;
    const [rows] = shape;
    const step = input.batch ?? rows;
    const outputs: Float32Array[] = [];
    const features: Float32Array[] = [];
    const size = data.length / rows;
    for (let at = 0; at < rows; at += step) {
      const n = Math.min(step, rows - at);
      const given = new Float32Array(step * size);
      given.set((data as Float32Array).subarray(at * size, (at + n) * size));
      const x = tf.tensor(
        given,
        [step, ...shape.slice(1)],
        input.kind === 'image' && input.type === 'uint8' ? 'int32' : 'float32',
      );
      let made: Tensor[] = [];
      try {
        made = await this.compute(x);
        if (this.output)
          outputs.push(
            (await this.rowsOf(made[0], step, false)).subarray(0, (n * made[0].size) / step),
          );
        if (tap) {
          const values = await this.rowsOf(made[made.length - 1], step, true);
          features.push(values.subarray(0, (n * values.length) / step));
        }
      } catch (error) {
        throw this.explained(error, path);
      } finally {
        x.dispose();
        for (const tensor of made) tensor.dispose();
      }
    }
    const [given, vectors] = [joined(outputs), tap ? joined(features) : null];
    const isBinary = given.length === rows && this.parts.net.isSigmoid(this.output);
    const scores = isBinary ? ofBothClasses(given) : given;
    return {
      outputs: scores,
      classes: scores.length / rows,
      features: vectors,
      dimension: vectors ? vectors.length / rows : 0,
    };
  }

  async close(): Promise<void> {
    this.parts.net.dispose();
  }

  /** [rows, width]; of features that are a map [rows, height, width, channels] the mean over positions. */
  private async rowsOf(tensor: Tensor, rows: number, mayBeMap: boolean): Promise<Float32Array> {
    const { path } = this.parts;
    const { shape, dtype } = tensor;
    const flat = shape.length === 2 || shape.slice(1, -1).every(dim => dim === 1);
    const map = mayBeMap && shape.length === 4;
    if (shape[0] !== rows || !(flat || map) || (dtype !== 'float32' && dtype !== 'int32')) {
      const params = { file: path, shape: `${dtype}[${shape}]`, sidecar: sidecarOf(path) };
      throw mayBeMap
        ? failure('model.featuresShape', { ...params, tensor: this.features ?? '' })
        : failure('model.outputShape', { ...params, output: this.output });
    }
    const data = Float32Array.from(await tensor.data());
    if (flat) return data;
    const [, height, width, channels] = shape;
    const means = new Float32Array(rows * channels);
    const area = height * width;
    for (let i = 0; i < rows; i++)
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let p = 0; p < area; p++) sum += data[(i * area + p) * channels + c];
        means[i * channels + c] = sum / area;
      }
    return means;
  }

  private explained(error: unknown, file: string): unknown {
    if (error instanceof TransferLensError) return error;
    const detail = detailOf(error);
    const [, op] =
      /Kernel '(\w+)' not registered/.exec(detail) ?? /Unknown op '(\w+)'/.exec(detail) ?? [];
    const command = toOnnx(file);
    if (op) return failure('model.unsupportedOp', { file, op, command }, error);
    const { loop } = this.parts.net;
    if (loop) return failure('model.loop', { file, op: loop, detail, command }, error);
    return failure('model.run', { file, detail }, error);
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0];
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The command that makes an ONNX model of a SavedModel's folder or a TensorFlow.js model. */
export function toOnnx(file: string): string {
  const isSaved = basename(file) === 'saved_model.pb';
  const from = isSaved ? `--saved-model "${dirname(file)}"` : `--tfjs "${file}"`;
  return `python -m tf2onnx.convert ${from} --output "${dirname(file)}.onnx"`;
}
