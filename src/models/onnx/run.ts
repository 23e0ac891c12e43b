import type { ModelOutput } from '../../protocol/inference.js';
import type { InputTensor, ModelInput } from '../../protocol/modelInput.js';
import { failure, type Notice } from '../../protocol/notice.js';
import { ofBothClasses } from '../bothClasses.js';
import type { ForwardResult, Model } from '../model.js';
import { detailOf, sidecarOf } from '../wording.js';
import { shapeText } from './choose.js';
import type { FeatureTap } from './features.js';
import { feedsOf, namesOf } from './feeds.js';
import {
  averaged,
  cut,
  isFlat,
  joined,
  type Pooling,
  pooled,
  type Rows,
  rowsOf,
  type Value,
} from './rows.js';
import type { Ort, Session } from './runtime.js';

interface Parts {
  path: string;
  ort: Ort;
  session: Session;
  input: ModelInput;
  /** Empty where the model gives features alone. */
  output: string;
  /** Where the output is fetched, if it is a tensor inside the graph. */
  scores?: FeatureTap | null;
  tap: FeatureTap | null;
  pooling: Pooling;
  /** Rows of one call into the runtime; null: as many as are given. */
  step: number | null;
  runtime: string;
  /** Null where they cannot be counted. */
  parameters: number | null;
  notices: Notice[];
  outputs: readonly ModelOutput[];
  /** Whether the output is known to be a sigmoid, so that one of a single column is a binary classifier's. */
  isSigmoid: boolean;
}

/** An ONNX model in a session of ONNX Runtime. */
export class OnnxModel implements Model {
  readonly input: ModelInput;
  readonly output: string;
  readonly features: string | null;
  readonly runtime: string;
  readonly parameters: number | null;
  readonly notices: Notice[];
  readonly outputs: readonly ModelOutput[];
  private step: number | null;
  private hasRun = false;

  constructor(private readonly parts: Parts) {
    ({ input: this.input, output: this.output, runtime: this.runtime } = parts);
    ({ notices: this.notices, step: this.step, parameters: this.parameters } = parts);
    this.outputs = parts.outputs;
    this.features = parts.tap?.tensor ?? null;
  }

  async run(inputs: readonly InputTensor[]): Promise<ForwardResult> {
    const [{ shape }] = inputs;
    this.checkShape(shape);
    const [rows] = shape;
    try {
      return await this.runBy(this.step ?? rows, inputs);
    } catch (error) {
      // Some exports state a dynamic batch that the graph, with a constant 1 in a Reshape, does not keep.
      if (this.hasRun || this.step !== null || rows === 1) throw error;
      const result = await this.runBy(1, inputs);
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
  private async runBy(step: number, inputs: readonly InputTensor[]): Promise<ForwardResult> {
    const { ort, input, tap } = this.parts;
    const [rows] = inputs[0].shape;
    const outputs: Rows[] = [];
    const features: Rows[] = [];
    const maskAt = input.kind === 'tokens' ? namesOf(input).indexOf(input.mask ?? '') : -1;
    for (let at = 0; at < rows; at += step) {
      const n = Math.min(step, rows - at);
      const feeds = feedsOf(ort, input, inputs, at, n, step);
      const mask = maskAt < 0 ? undefined : (Object.values(feeds)[maskAt].data as BigInt64Array);
      const values = await this.call(feeds);
      if (this.output) outputs.push(cut(this.scores(values[this.fetched], step), n));
      if (tap) features.push(cut(this.vectors(values[tap.output], step, mask), n));
    }
    const given = outputs.length > 0 ? joined(outputs) : null;
    const isBinary = given?.width === 1 && this.parts.isSigmoid;
    const scores = isBinary ? { data: ofBothClasses(given.data), width: 2 } : given;
    const vectors = features.length > 0 ? joined(features) : null;
    return {
      outputs: scores?.data ?? new Float32Array(),
      classes: scores?.width ?? 0,
      features: vectors?.data ?? null,
      dimension: vectors?.width ?? 0,
    };
  }

  private async call(feeds: ReturnType<typeof feedsOf>): Promise<Record<string, Value>> {
    const { path, session, tap } = this.parts;
    const wanted = [...(this.output ? [this.fetched] : []), ...(tap ? [tap.output] : [])];
    try {
      return await session.run(feeds, wanted);
    } catch (error) {
      throw failure('model.run', { file: path, detail: detailOf(error) }, error);
    }
  }

  private get fetched(): string {
    return this.parts.scores?.output ?? this.output;
  }

  private checkShape(shape: readonly number[]): void {
    const { path, input } = this.parts;
    if (input.kind !== 'image') return;
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

  /** A vector for each sample; maps of [channels, height, width] are averaged over space, tokens are pooled. */
  private vectors(value: Value, n: number, mask?: InputTensor['data']): Rows {
    const { dims } = value;
    const some = dims.length === 3 || dims.length === 4;
    const rows = isFlat(dims, n) || (some && dims[0] === n) ? rowsOf(value) : null;
    if (rows && dims.length === 3 && !isFlat(dims, n))
      return pooled(rows, n, dims[1], this.parts.pooling, mask);
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
