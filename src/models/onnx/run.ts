import type { ImageInput, InputTensor } from '../../protocol/modelInput.js';
import { failure, type Notice } from '../../protocol/notice.js';
import type { ForwardResult, Model } from '../model.js';
import { detailOf, sidecarOf } from '../wording.js';
import { shapeText } from './choose.js';
import type { FeatureTap } from './features.js';
import { fromFloat16, toFloat16 } from './float16.js';
import type { Ort } from './runtime.js';

export type Session = import('onnxruntime-node').InferenceSession;

interface Parts {
  path: string;
  ort: Ort;
  session: Session;
  input: ImageInput;
  output: string;
  tap: FeatureTap | null;
  /** Rows of one call into the runtime; null: as many as are given. */
  step: number | null;
  runtime: string;
  parameters: number;
  notices: Notice[];
}

interface Rows {
  data: Float32Array;
  width: number;
}

type Value = Awaited<ReturnType<Session['run']>>[string];

/** An ONNX model in a session of ONNX Runtime. */
export class OnnxModel implements Model {
  readonly input: ImageInput;
  readonly output: string;
  readonly features: string | null;
  readonly runtime: string;
  readonly parameters: number;
  readonly notices: Notice[];
  private step: number | null;
  private hasRun = false;

  constructor(private readonly parts: Parts) {
    ({ input: this.input, output: this.output, runtime: this.runtime } = parts);
    ({ notices: this.notices, step: this.step, parameters: this.parameters } = parts);
    this.features = parts.tap?.tensor ?? null;
  }

  async run([{ data, shape }]: readonly InputTensor[]): Promise<ForwardResult> {
    const tensor = data as Float32Array;
    this.checkShape(shape);
    const [rows] = shape;
    try {
      return await this.runBy(this.step ?? rows, tensor, shape);
    } catch (error) {
      // Some exports state a dynamic batch that the graph, with a constant 1 in a Reshape, does not keep.
      if (this.hasRun || this.step !== null || rows === 1) throw error;
      const result = await this.runBy(1, tensor, shape);
      this.step = 1;
      return result;
    } finally {
      this.hasRun = true;
    }
  }

  async close(): Promise<void> {
    await this.parts.session.release();
  }

  /** Runs `step` rows at a time; the last ones are padded with copies of the last row, and what they give is cut off. */
  private async runBy(
    step: number,
    tensor: Float32Array,
    shape: readonly number[],
  ): Promise<ForwardResult> {
    const [rows, ...rest] = shape;
    const size = tensor.length / rows;
    const outputs: Rows[] = [];
    const features: Rows[] = [];
    for (let at = 0; at < rows; at += step) {
      const n = Math.min(step, rows - at);
      const given = tensor.subarray(at * size, (at + n) * size);
      const values = await this.call(n < step ? padded(given, step, size) : given, [step, ...rest]);
      outputs.push(cut(this.scores(values[this.output], step), n));
      const { tap } = this.parts;
      if (tap) features.push(cut(this.vectors(values[tap.output], step), n));
    }
    const scores = joined(outputs);
    const vectors = features.length > 0 ? joined(features) : null;
    return {
      outputs: scores.data,
      classes: scores.width,
      features: vectors?.data ?? null,
      dimension: vectors?.width ?? 0,
    };
  }

  private async call(data: Float32Array, shape: number[]): Promise<Record<string, Value>> {
    const { path, ort, session, input, output, tap } = this.parts;
    try {
      const feeds = { [input.name]: toTensor(ort, input.type, data, shape) };
      return await session.run(feeds, tap ? [output, tap.output] : [output]);
    } catch (error) {
      throw failure('model.run', { file: path, detail: detailOf(error) }, error);
    }
  }

  private checkShape(shape: readonly number[]): void {
    const { path, input } = this.parts;
    const { channels, height, width } = input;
    const wanted = input.layout === 'NCHW' ? [channels, height, width] : [height, width, channels];
    if (wanted.every((dim, i) => dim === null || dim === shape[i + 1])) return;
    throw failure('model.inputMismatch', {
      file: path,
      input: input.name,
      wanted: shapeText(wanted),
      given: shapeText(shape.slice(1)),
      sidecar: sidecarOf(path),
    });
  }

  private scores(value: Value, n: number): Rows {
    const rows = isFlat(value.dims, n) ? rowsOf(value) : null;
    if (rows) return rows;
    const { path, output } = this.parts;
    const shape = value.type + shapeText(value.dims);
    throw failure('model.outputShape', { file: path, output, shape, sidecar: sidecarOf(path) });
  }

  /** A vector for each image; maps of [channels, height, width] are averaged over space. */
  private vectors(value: Value, n: number): Rows {
    const { dims } = value;
    const rows = isFlat(dims, n) || (dims.length === 4 && dims[0] === n) ? rowsOf(value) : null;
    if (rows)
      return averaged(
        rows,
        dims.slice(2).reduce((a, b) => a * b, 1),
      );
    const { path } = this.parts;
    const shape = value.type + shapeText(dims);
    throw failure('model.featuresShape', {
      file: path,
      tensor: this.features ?? '',
      shape,
      sidecar: sidecarOf(path),
    });
  }
}

function toTensor(ort: Ort, type: ImageInput['type'], data: Float32Array, shape: number[]) {
  if (type === 'float16') return new ort.Tensor(type, toFloat16(data), shape);
  if (type === 'uint8')
    return new ort.Tensor(type, new Uint8Array(Uint8ClampedArray.from(data).buffer), shape);
  // The runtime refuses shared memory.
  const own = data.buffer instanceof SharedArrayBuffer ? data.slice() : data;
  return new ort.Tensor(type, own, shape);
}

/** [n, width], whatever ones follow. */
function isFlat(dims: readonly number[], n: number): boolean {
  return dims.length >= 2 && dims[0] === n && dims.slice(2).every(dim => dim === 1);
}

/** The values of a tensor as float32; null where they are no real numbers. `width` counts all of a row. */
function rowsOf({ type, data, dims }: Value): Rows | null {
  const width = dims.slice(1).reduce((a, b) => a * b, 1);
  if (data instanceof Float32Array) return { data, width };
  if (data instanceof Float64Array) return { data: Float32Array.from(data), width };
  if (type !== 'float16' || !ArrayBuffer.isView(data)) return null;
  // A Uint16Array, or a Float16Array where the JavaScript engine has one.
  const halves = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return { data: fromFloat16(halves), width };
}

function averaged({ data, width }: Rows, area: number): Rows {
  if (area === 1) return { data, width };
  const means = new Float32Array(data.length / area);
  for (let i = 0; i < means.length; i++) {
    let sum = 0;
    for (let j = i * area; j < (i + 1) * area; j++) sum += data[j];
    means[i] = sum / area;
  }
  return { data: means, width: width / area };
}

function padded(rows: Float32Array, step: number, size: number): Float32Array {
  const whole = new Float32Array(step * size);
  whole.set(rows);
  const last = rows.subarray(rows.length - size);
  for (let at = rows.length; at < whole.length; at += size) whole.set(last, at);
  return whole;
}

function cut({ data, width }: Rows, n: number): Rows {
  return { data: data.length > n * width ? data.subarray(0, n * width) : data, width };
}

function joined(parts: readonly Rows[]): Rows {
  if (parts.length === 1) return parts[0];
  const width = parts[0]?.width ?? 0;
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { data, width };
}
