import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './referenceData.js';
import { put, scratch } from './scratch.js';

/** The model of layers among the fixtures, made of two parts as Teachable Machine makes its own. */
export function layersInParts(): string {
  const folder = scratch('tfjs-parts');
  cpSync(join(root, 'test', 'fixtures', 'models', 'tfjs', 'layers'), folder, { recursive: true });
  const path = join(folder, 'model.json');
  const json = JSON.parse(readFileSync(path, 'utf8'));
  const { config } = json.modelTopology.model_config;
  const part = (name: string, layers: unknown[]) => ({
    ...{ class_name: 'Sequential', config: { name, layers } },
  });
  const head = config.layers.splice(-2);
  head[0].config.batch_input_shape = [null, 8];
  config.layers = [part('body', config.layers), part('head_part', head)];
  return put(path, json);
}
