import { readFile } from 'node:fs/promises';
import { failure, type Notice, notice } from '../../protocol/notice.js';
import type { ModelOverrides } from '../../protocol/preprocessing.js';
import type { Model, OpenOptions } from '../model.js';
import { detailOf, sidecarOf } from '../wording.js';
import { type ModelJson, parametersOf, readModelJson, shardFiles } from './artifacts.js';
import { withBranches } from './branches.js';
import { withoutUnknownFusions } from './fusedOperators.js';
import { graphNet } from './graphNet.js';
import { describe, inputOf, isScores, type TensorInfo, typeAndShape } from './input.js';
import { asKeras2 } from './kerasConfig.js';
import { layersNet } from './layersNet.js';
import type { Net } from './net.js';
import { TfModel } from './run.js';
import { loadTf } from './runtime.js';
import type { Tf } from './tf.js';

/** `model.json` and its shards. Throws where one is missing or too short. */
export async function modelFiles(path: string): Promise<string[]> {
  return [path, ...(await shardFiles(path, await readModelJson(path)))];
}

/** Loads a layers model or a graph model. */
export async function openModel(path: string, options: OpenOptions): Promise<Model> {
  const json = await readModelJson(path);
  const shards = await shardFiles(path, json);
  const tf = await loadTf(path, options.threads);
  const net = await load(tf, path, json, shards, options);
  return modelOf(tf, path, net, options, parametersOf(json));
}

/** A network as a model: its input, the output with the class scores, its features. */
export function modelOf(
  tf: Tf,
  path: string,
  net: Net,
  options: ModelOverrides,
  parameters: number | null,
): Model {
  const sidecar = sidecarOf(path);
  const input = inputOf(path, net.inputs, options.input);
  // Of an encoder, which gives no scores, what a user names is all there is.
  const { features, output: wanted } = options;
  const alone = wanted === undefined && features != null && !net.outputs.some(isScores);
  const { output, notices } = alone
    ? { output: '', notices: [] }
    : chooseOutput(path, net.outputs, wanted);
  const tap = net.features(output);
  if (!tap && options.features === undefined)
    notices.push(notice('model.noFeatures', { file: path, sidecar }));
  return new TfModel({ path, tf, net, input, output, tap, parameters, notices });
}

async function load(
  tf: Tf,
  path: string,
  given: ModelJson,
  shards: readonly string[],
  options: ModelOverrides,
): Promise<Net> {
  const layers = given.modelTopology.node === undefined;
  const weightData = new Uint8Array(Buffer.concat(await Promise.all(shards.map(f => readFile(f)))));
  try {
    const json = asKeras2(given);
    const artifacts = {
      ...json,
      modelTopology: withoutUnknownFusions(withBranches(json.modelTopology)),
      weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
      weightData: weightData.buffer,
    };
    const handler = { load: async () => artifacts as never };
    return layers
      ? layersNet(tf, path, await tf.loadLayersModel(handler), options)
      : graphNet(path, artifacts, await tf.loadGraphModel(handler), options);
  } catch (error) {
    throw failure('model.tfLoad', { file: path, detail: detailOf(error) }, error);
  }
}

/** The output with the source class scores; of several, the one that a name says, else the last. */
function chooseOutput(
  path: string,
  outputs: readonly TensorInfo[],
  wanted: string | undefined,
): { output: string; notices: Notice[] } {
  const sidecar = sidecarOf(path);
  const names = outputs.map(describe).join(', ');
  if (wanted !== undefined) {
    if (!outputs.some(({ name }) => name === wanted))
      throw failure('model.noOutput', { file: path, output: wanted, outputs: names, sidecar });
    return { output: wanted, notices: [] };
  }
  const scores = outputs.filter(isScores);
  const known = scores.find(({ name }) => /prob|softmax|predict|logit|score|class/i.test(name));
  const chosen = known ?? scores.at(-1);
  if (!chosen) {
    const [first] = outputs;
    const shape = first ? typeAndShape(first) : 'none';
    throw failure('model.outputShape', { file: path, output: first?.name ?? '', shape, sidecar });
  }
  const params = { file: path, output: chosen.name, outputs: names, sidecar };
  return {
    output: chosen.name,
    notices: scores.length > 1 ? [notice('model.outputChosen', params)] : [],
  };
}
