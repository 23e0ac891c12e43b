import { datasetLayouts } from '../datasets/index.js';
import { modelFormats } from '../models/index.js';

/** Shown name of a model's format by its id. */
export function formatName(id: string): string {
  return modelFormats.find(format => format.id === id)?.name ?? id;
}

/** Whether a model of a format may have several outputs, of which a user chooses the one that is scored. */
export function hasOutputs(id: string): boolean {
  return modelFormats.find(format => format.id === id)?.hasOutputs === true;
}

/** Whether models of a format are given samples, which are preprocessed; predictions were made elsewhere, and others cannot be run. */
export function takesSamples(id: string): boolean {
  return id !== 'predictions' && modelFormats.some(f => f.id === id && f.state === 'runs');
}

/** Shown name of a dataset's layout by its id. */
export function layoutName(id: string): string {
  return datasetLayouts.find(layout => layout.id === id)?.name ?? id;
}
