import type { ModelJson, TfFunction, TfNode } from './artifacts.js';

type Topology = ModelJson['modelTopology'];

/**
 * A graph whose choices TensorFlow.js makes as TensorFlow does. It looks at values alone: a constant that only a control input holds
 * to a branch would be there in both, and the wrong one be taken; and what a function gives back as it was given is lost with it.
 * Nothing has a side effect, so what a node only waits for is left out then: in loops TensorFlow.js waits for it in vain.
 */
export function withBranches(topology: Topology): Topology {
  const { node, library } = topology;
  return {
    ...topology,
    ...(node && { node: gated(node).map(withoutWaiting) }),
    ...(library?.function && {
      library: {
        ...library,
        function: library.function
          .map(withCopies)
          .map(one => ({ ...one, nodeDef: one.nodeDef.map(withoutWaiting) })),
      },
    }),
  };
}

function withoutWaiting(node: TfNode): TfNode {
  return node.input ? { ...node, input: node.input.filter(name => !name.startsWith('^')) } : node;
}

/** Each constant that is held to a branch is passed through a Switch of its own, which only that branch comes out of. */
function gated(nodes: readonly TfNode[]): TfNode[] {
  const byName = new Map(nodes.map(one => [one.name, one]));
  const gates = new Map<string, { node: TfNode; output: string }>();
  for (const { name, op, input = [] } of nodes) {
    if (op !== 'Const') continue;
    for (const control of input) {
      const [from, place = '0'] = pivotOf(byName, control);
      const by = byName.get(from)?.input?.[1];
      if (by === undefined || byName.get(nameIn(by))?.op === 'LoopCond') continue;
      const node = { name: `${name}/Switch`, op: 'Switch', input: [name, by], attr: {} };
      gates.set(name, { node, output: `${node.name}:${place}` });
    }
  }
  if (gates.size === 0) return [...nodes];
  const through = (input: string): string =>
    input.startsWith('^') ? input : (gates.get(nameIn(input))?.output ?? input);
  const changed = nodes.map(one =>
    gates.has(one.name) ? { ...one, input: [] } : { ...one, input: one.input?.map(through) },
  );
  return [...changed, ...[...gates.values()].map(({ node }) => node)];
}

/** Name and output of the Switch that a control input waits for, by the Identity behind it; empty where it is another. */
function pivotOf(nodes: ReadonlyMap<string, TfNode>, control: string): string[] {
  const pivot = control.startsWith('^') ? nodes.get(control.slice(1)) : undefined;
  const [from = '', place] =
    (pivot?.op === 'Identity' ? pivot.input?.[0] : undefined)?.split(':') ?? [];
  return nodes.get(from)?.op === 'Switch' ? [from, place ?? '0'] : [''];
}

function withCopies(one: TfFunction): TfFunction {
  const given = new Set(one.signature.inputArg.map(({ name }) => name));
  const copies: TfNode[] = [];
  const ret = Object.entries(one.ret).map(([output, from]) => {
    if (!given.has(from)) return [output, from];
    const name = `${from}/${output}/Identity`;
    copies.push({ name, op: 'Identity', input: [from], attr: {} });
    return [output, `${name}:output:0`];
  });
  return { ...one, nodeDef: [...one.nodeDef, ...copies], ret: Object.fromEntries(ret) };
}

const nameIn = (input: string): string => input.split(':')[0];
