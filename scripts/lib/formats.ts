import { datasetLayouts } from '../../src/datasets/index.js';
import { modelFormats } from '../../src/models/index.js';

const start = /<!-- formats:[^>]*-->\n/;
const end = '<!-- /formats -->';

/** A README whose tables of formats are those of the code. */
export function withFormats(readme: string): string {
  const at = start.exec(readme);
  const to = readme.indexOf(end);
  if (!at || to < 0) throw new Error('README.md has no place for the tables of formats');
  return `${readme.slice(0, at.index + at[0].length)}\n${tables()}\n${readme.slice(to)}`;
}

function tables(): string {
  const models = modelFormats.map(({ name, files, state }) => [
    name,
    files,
    state === 'runs' ? 'runs' : 'recognised: says how to convert it',
  ]);
  const datasets = datasetLayouts.map(({ name, files }) => [name, files]);
  return [
    ...table(['model', 'what is read', 'state'], models),
    '',
    ...table(['data', 'what is read'], datasets),
    '',
  ].join('\n');
}

function table(head: string[], rows: string[][]): string[] {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`);
}
