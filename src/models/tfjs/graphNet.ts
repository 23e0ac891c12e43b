import type { ModelOverrides } from '../../protocol/preprocessing.js';
import type { ModelJson, TfNode } from './artifacts.js';
import type { GraphModel } from './engine.js';
import { foldedInto } from './fusedOperators.js';
import { loopOperator, type Net, type NetTensor, noFeatures } from './net.js';
import { endsInSigmoid, findHead } from './walk.js';

/** A graph of TensorFlow's operators; any node's output can be asked for. */
export function graphNet(
  path: string,
  json: Pick<ModelJson, 'modelTopology' | 'signature'>,
  model: GraphModel,
  wanted: ModelOverrides,
): Net {
  const nodes = new Map<string, TfNode>();
  for (const node of json.modelTopology.node ?? []) nodes.set(node.name, node);
  const stated = new Map<string, (number | null)[]>();
  for (const { name = '', tensorShape } of Object.values(json.signature?.outputs ?? {}))
    if (tensorShape?.dim)
      stated.set(
        bare(name),
        tensorShape.dim.map(({ size }) => size ?? null),
      );
  const info = ({ name, dtype, shape }: GraphModel['inputs'][number]) => ({
    ...{ name: bare(name), dtype: dtype ?? 'float32' },
    shape: shape ?? stated.get(bare(name)) ?? null,
  });
  // The control inputs of a frozen graph, and constants that feed a function, are no inputs for samples.
  const inputs = model.inputs.filter(({ name }) => nodes.get(bare(name))?.op === 'Placeholder');
  return {
    inputs: inputs.map(info),
    outputs: model.outputs.map(info),
    features(output): NetTensor | null {
      if (wanted.features === null) return null;
      if (wanted.features !== undefined) {
        if (!nodes.has(bare(wanted.features))) throw noFeatures(path, wanted.features);
        return { name: wanted.features, map: false };
      }
      const head = findHead(
        output,
        name => stepOf(nodes, name),
        name => isConstant(nodes, name),
      );
      return head && { name: head.features, map: head.map };
    },
    isSigmoid: output => endsInSigmoid(output, name => stepOf(nodes, name)),
    loop: loopOperator([
      ...nodes.values(),
      ...(json.modelTopology.library?.function ?? []).flatMap(({ nodeDef }) => nodeDef),
    ]),
    runner(names) {
      return async input => {
        // A graph with control flow says that it wants the other way.
        const given = isDynamic(nodes)
          ? await model.executeAsync(input, [...names])
          : model.execute(input, [...names]);
        return Array.isArray(given) ? given : [given];
      };
    },
    dispose: () => model.dispose(),
  };
}

/** A node's name of a reference such as `^name` or `name:0`. */
function bare(name: string): string {
  return name.replace(/^\^/, '').replace(/:\d+$/, '');
}

function stepOf(nodes: ReadonlyMap<string, TfNode>, tensor: string) {
  const node = nodes.get(bare(tensor));
  if (!node) return null;
  return { op: node.op, inputs: dataOf(node), folded: foldedInto(node) };
}

function isConstant(nodes: ReadonlyMap<string, TfNode>, tensor: string): boolean {
  const seen = new Set([bare(tensor)]);
  for (const name of seen) {
    const node = nodes.get(name);
    if (!node || node.op === 'Placeholder') return false;
    for (const input of dataOf(node)) seen.add(bare(input));
  }
  return true;
}

/** What a node computes with: what it only waits for, as constants of a function that was inlined do, is no data. */
function dataOf({ input = [] }: TfNode): string[] {
  return input.filter(name => !name.startsWith('^'));
}

const dynamic =
  /^(Switch|Merge|Enter|Exit|NextIteration|StatelessIf|If|StatelessWhile|While|NonMaxSuppression.*|Where|TensorArray.*|TensorList.*|EmptyTensorList)$/;

function isDynamic(nodes: ReadonlyMap<string, TfNode>): boolean {
  for (const { op } of nodes.values()) if (dynamic.test(op)) return true;
  return false;
}
