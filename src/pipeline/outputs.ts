import { openModel } from '../models/open.js';
import { readModelMetadata } from '../preprocess/index.js';
import type { ModelOutputs } from '../protocol/inference.js';

/** The outputs of a model, which is opened for it and closed again; none where its format leaves no choice. */
export async function modelOutputs(path: string): Promise<ModelOutputs> {
  const { overrides } = await readModelMetadata(path);
  const open = (output: string | undefined) =>
    openModel(path, { ...overrides, output, threads: 1 });
  const model = await open(overrides.output).catch(error => {
    if (overrides.output === undefined) throw error;
    // A sidecar that names an output that is not there must not keep anyone from choosing another.
    return open(undefined);
  });
  try {
    return { outputs: model.outputs ?? [], taken: model.output };
  } finally {
    await model.close();
  }
}
