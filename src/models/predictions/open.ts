import { basename } from 'node:path';
import { type ArrayFile, type ArrayInfo, isInteger, rowSize, shapeOf } from '../../arrays/array.js';
import { labelTexts } from '../../arrays/labels.js';
import { openPredictionFile } from '../../arrays/open.js';
import {
  areProbabilities,
  isOutputs,
  isRows,
  kindOf,
  type PredictionArrays,
  predictionArrays,
} from '../../arrays/predictions.js';
import type { InputTensor, RowsInput } from '../../protocol/modelInput.js';
import { failure, type Notice, notice, noticeOf } from '../../protocol/notice.js';
import type { OutputKind, Sourced } from '../../protocol/preprocessing.js';
import { ofBothClasses } from '../bothClasses.js';
import type { ForwardResult, Model, OpenOptions } from '../model.js';
import { sidecarOf } from '../wording.js';

/** All files whose arrays are looked up. */
export async function modelFiles(path: string): Promise<string[]> {
  const file = await openPredictionFile(path);
  await file.close();
  return [...file.files];
}

/** Opens predictions that were made elsewhere; of their arrays only labels and ids are held. */
export async function openModel(path: string, options: OpenOptions): Promise<Model> {
  const file = await openPredictionFile(path);
  try {
    const chosen = {
      outputs: options.output,
      features: options.features,
      labels: options.targets,
      ids: options.ids,
    };
    for (const name of Object.values(chosen))
      if (name && !file.arrays.some(a => a.name === name)) throw noArray(file, name);
    const found = predictionArrays(file.arrays, chosen);
    if (!found) throw failure('predictions.none', { file: path, arrays: listed(file) });
    return await PredictionsModel.of(file, found);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function noArray(file: ArrayFile, array: string): Error {
  const params = { file: file.path, array, arrays: listed(file), sidecar: sidecarOf(file.path) };
  return failure('predictions.noArray', params);
}

/** Whole numbers do as rows where the user names them. */
const asFloats = (array: ArrayInfo): ArrayInfo =>
  isInteger(array) ? { ...array, type: 'float32' } : array;

function listed({ arrays }: ArrayFile): string {
  return arrays.map(a => `${a.name} ${a.type}${shapeOf(a)}`).join(', ') || '-';
}

/** Labels to hold those of the dataset against; null where they are not one of each row. */
async function labelsOf(file: ArrayFile, name: string): Promise<string[] | null> {
  try {
    return await labelTexts(file, name);
  } catch (error) {
    if (/^arrays\.(notOneHot|objects)$/.test(noticeOf(error).code)) return null;
    throw error;
  }
}

/** A model whose forward pass was made before: its rows are looked up. */
class PredictionsModel implements Model {
  readonly parameters = null;
  /** Nothing is computed, so nothing decides an output but the file. */
  readonly runtime = '';

  private constructor(
    private readonly file: ArrayFile,
    readonly input: RowsInput,
    private readonly outputRows: ArrayInfo | null,
    private readonly featureRows: ArrayInfo | null,
    readonly notices: Notice[],
  ) {}

  static async of(file: ArrayFile, found: PredictionArrays): Promise<PredictionsModel> {
    const rowsOf = (name: string | null) =>
      name === null ? null : (file.arrays.find(a => a.name === name) ?? null);
    const outputs = rowsOf(found.outputs);
    const features = rowsOf(found.features);
    const [count] = (outputs ?? features)?.shape ?? [0];
    const sidecar = sidecarOf(file.path);
    for (const [array, fits] of [
      [outputs, isOutputs],
      [features, isRows],
    ] as const) {
      if (array?.type === 'object') {
        // Lists of several lengths are columns of no width.
        const code = rowSize(array) === 0 ? 'arrays.ragged' : 'arrays.objects';
        throw failure(code, { file: file.path, array: array.name });
      }
      if (array && (!fits(asFloats(array)) || rowSize(array) === 0))
        throw failure('predictions.shape', {
          file: file.path,
          array: array.name,
          shape: array.type + shapeOf(array),
          sidecar,
        });
    }
    for (const name of [found.features, found.labels, found.ids]) {
      const rows = rowsOf(name)?.shape[0] ?? count;
      if (rows === count) continue;
      const [array, other] = [name ?? '', (outputs ?? features)?.name ?? ''];
      throw failure('predictions.rows', { file: file.path, array, rows, other, count });
    }
    const input: RowsInput = {
      kind: 'rows',
      name: found.ids ?? 'rows',
      count,
      ids: found.ids === null ? null : await file.texts(found.ids),
      labels: found.labels === null ? null : await labelsOf(file, found.labels),
      batch: null,
    };
    const notices = features ? [] : [notice('model.noFeatures', { file: file.path, sidecar })];
    return new PredictionsModel(file, input, outputs, features, notices);
  }

  get output(): string {
    return this.outputRows?.name ?? '';
  }

  get features(): string | null {
    return this.featureRows?.name ?? null;
  }

  get outputKind(): Sourced<OutputKind> | null {
    const kind = this.outputRows && kindOf(this.outputRows.name);
    return kind && { value: kind, from: basename(this.file.path) };
  }

  async run([{ data }]: readonly InputTensor[]): Promise<ForwardResult> {
    const rows = data as Int32Array;
    const outputs = this.outputRows && (await this.lookUp(this.outputRows, rows));
    const features = this.featureRows && (await this.lookUp(this.featureRows, rows));
    const classes = this.outputRows ? rowSize(this.outputRows) : 0;
    if (this.outputRows && areProbabilities(this.outputRows.name))
      this.checkProbabilities(this.outputRows, outputs ?? new Float32Array());
    return {
      outputs:
        outputs && classes === 1
          ? ofBothClasses(outputs, this.outputKind?.value === 'logits')
          : (outputs ?? new Float32Array()),
      classes: classes === 1 ? 2 : classes,
      features,
      dimension: this.featureRows ? rowSize(this.featureRows) : 0,
    };
  }

  private checkProbabilities({ name }: ArrayInfo, values: Float32Array): void {
    const value = values.find(v => v < -1e-3 || v > 1.01);
    if (value !== undefined)
      throw failure('predictions.noProbability', {
        ...{ file: this.file.path, array: name, value: Number(value.toPrecision(4)) },
      });
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** Rows of an array in the order that they are asked for in; neighbours by one read. */
  private async lookUp(array: ArrayInfo, rows: Int32Array): Promise<Float32Array> {
    const width = rowSize(array);
    const target = new Float32Array(rows.length * width);
    const order = Int32Array.from(rows.keys()).sort((a, b) => rows[a] - rows[b]);
    for (let from = 0; from < order.length; ) {
      let to = from + 1;
      while (to < order.length && rows[order[to]] - rows[order[to - 1]] <= 1) to++;
      const first = rows[order[from]];
      const values = await this.file.numbers(array.name, first, rows[order[to - 1]] + 1);
      for (const k of order.subarray(from, to)) {
        const at = (rows[k] - first) * width;
        target.set(values.subarray(at, at + width), k * width);
      }
      from = to;
    }
    return target;
  }
}
