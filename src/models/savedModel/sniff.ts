import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ModelSummary } from '../../protocol/found.js';
import type { ModelFormat } from '../model.js';

export const savedModel: ModelFormat = {
  id: 'savedModel',
  name: 'TensorFlow SavedModel',
  files:
    '`saved_model.pb` with its `variables/`, as Keras 3 and TensorFlow export it: read without TensorFlow and run by TensorFlow.js; an operator that it does not know is named',
  state: 'runs',
  hasOutputs: true,
  sniff,
};

async function sniff(path: string): Promise<ModelSummary | null> {
  if (basename(path) !== 'saved_model.pb') return null;
  const folder = dirname(path);
  const variables = join(folder, 'variables');
  const names = await readdir(variables).catch(() => []);
  const sizes = await Promise.all(
    [path, ...names.map(name => join(variables, name))].map(async file => {
      const info = await stat(file).catch(() => null);
      return info?.isFile() ? info.size : 0;
    }),
  );
  const bytes = sizes.reduce((a, b) => a + b, 0);
  return { path, name: basename(folder), format: savedModel.id, bytes };
}
