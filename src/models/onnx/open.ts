import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { failure, type Notice, notice } from '../../protocol/notice.js';
import type { Model, OpenOptions } from '../model.js';
import { detailOf, sidecarOf } from '../wording.js';
import { chooseInput, chooseOutput, featuresAlone, outputsOf, quantizesByCall } from './choose.js';
import { endsInSigmoid, type FeatureTap, findFeatures, namedTensor } from './features.js';
import { externalFiles, readModel } from './file.js';
import type { ModelGraph } from './graph.js';
import { withoutWeights } from './lean.js';
import { OnnxModel } from './run.js';
import { loadFailure, loadRuntime, type Session, sessionOptions } from './runtime.js';

/**
 * The arena keeps what one batch takes for the next: asking the system for it every time costs a tenth of the speed, and the
 * process ends with its model.
 */
const arena = true;

/** The ONNX file and the files beside it with its weights. Throws where one is missing or no ONNX. */
export async function modelFiles(path: string): Promise<string[]> {
  const graph = await readModel(path);
  return [path, ...(await externalFiles(path, graph))];
}

/** Loads an ONNX model into ONNX Runtime, on the CPU. */
export async function openModel(path: string, options: OpenOptions): Promise<Model> {
  const graph = await readModel(path);
  await externalFiles(path, graph);
  const input = chooseInput(path, graph, options);
  const alone = featuresAlone(graph, options);
  const { output, notices } =
    alone === null ? chooseOutput(path, graph, options) : { output: '', notices: [] };
  const wanted = alone === null ? options : { ...options, features: alone };
  let tap = chooseTap(path, graph, output, wanted, notices);
  // Made into a list of maps it is inside the graph, and an output is added for it, too.
  const inside = output !== '' && !graph.outputs.some(({ name }) => name === output);
  const scores = inside ? namedTensor(graph, output) : null;
  const ort = await loadRuntime(path);
  // The runtime follows no link to weights, which the model's own file holds here; other files lie beside the link.
  const real = graph.external.length > 0 ? path : await realpath(path);
  const create = async (tails: readonly Uint8Array[]): Promise<Session> => {
    if (tails.length === 0)
      return ort.InferenceSession.create(real, sessionOptions(options.threads, { arena }));
    const edited = Buffer.concat([await withoutWeights(real, basename(real)), ...tails]);
    const settings = sessionOptions(options.threads, { arena, folder: dirname(real) });
    return ort.InferenceSession.create(edited, settings);
  };
  const own = scores?.tail ? [scores.tail] : [];
  let session: Session | null = null;
  if (tap?.tail) {
    try {
      session = await create([...own, tap.tail]);
    } catch (error) {
      const params = { file: path, detail: detailOf(error), sidecar: sidecarOf(path) };
      if (output === '') throw loadFailure(path, error);
      notices.push(notice('model.featuresFailed', params));
      tap = null;
    }
  }
  try {
    session ??= await create(own);
  } catch (error) {
    throw loadFailure(path, error);
  }
  const runtime = `onnxruntime-node ${ort.env.versions.node ?? 'unknown'} cpu`;
  // Row by row a sample's outputs are its own.
  const step = input.batch ?? (quantizesByCall(graph) ? 1 : null);
  const { parameters } = graph;
  return new OnnxModel({
    ...{ path, ort, session, input, output, scores, tap, step, runtime, parameters, notices },
    pooling: options.pooling ?? 'mean',
    outputs: outputsOf(graph),
    isSigmoid: endsInSigmoid(graph, output),
  });
}

function chooseTap(
  path: string,
  graph: ModelGraph,
  output: string,
  { features }: OpenOptions,
  notices: Notice[],
): FeatureTap | null {
  if (features === null) return null;
  const sidecar = sidecarOf(path);
  if (features !== undefined) {
    const tap = namedTensor(graph, features);
    if (!tap) throw failure('model.noTensor', { file: path, tensor: features, sidecar });
    return tap;
  }
  const tap = findFeatures(graph, output);
  if (!tap) notices.push(notice('model.noFeatures', { file: path, sidecar }));
  return tap;
}
