import type { Attribute, FunctionDef, MetaGraph, Node } from './messages.js';
import { calls, defaults, type JsonAttribute, outputPlace } from './operators.js';
import { tensorOf, textsOf, type Values } from './tensor.js';
import { WireError } from './wire.js';

/** A node of TensorFlow.js's graph format. */
export interface FlatNode {
  name: string;
  op: string;
  input: string[];
  attr: Record<string, JsonAttribute>;
}

/** What a reference stands for: a tensor of the flat graph, or a variable. */
type Resolved = { tensor: string } | { variable: string };

/** Names in one graph or one call of a function. */
interface Scope {
  prefix: string;
  nodes: Map<string, Node>;
  /** Arguments of a call; none at the top. */
  args: Map<string, () => Resolved>;
  done: Map<string, Resolved | ((output: number) => Resolved)>;
  /** Whether references are those of a function's body: `node:output:place`. */
  body: boolean;
}

/** Calls that lie deeper are a function that calls itself. */
const deepest = 200;

/** A graph without functions and variables: calls are replaced by their bodies, reads of variables by constants. */
export class Flattened {
  readonly nodes: FlatNode[] = [];
  readonly constants = new Map<string, Values>();
  /** Variables that are read, by the node that stands for each. */
  readonly reads = new Map<string, string>();
  private readonly top: Scope;
  private readonly pushed = new Set<string>();
  private depth = 0;

  constructor(private readonly graph: MetaGraph) {
    this.top = scopeOf('', graph.nodes, new Map(), false);
  }

  /** The tensor of the flat graph that a reference of the whole graph (`node:0`) stands for. */
  tensor(reference: string): string {
    return tensorIn(this.resolve(this.top, reference), reference);
  }

  /** Key of each variable in the checkpoint, by the node that holds it. */
  checkpointKeys(): Map<string, string> {
    const keys = new Map<string, string>();
    const note = (nodes: readonly Node[], holder: (input: string) => string | null) => {
      const byName = new Map(nodes.map(node => [node.name, node]));
      for (const { op, inputs } of nodes) {
        if (!/^Assign(VariableOp)?$/.test(op)) continue;
        const key = restoredKey(byName, inputs[1]);
        const variable = holder(inputs[0]);
        if (key !== null && variable !== null) keys.set(variable, key);
      }
    };
    note(this.graph.nodes, bare);
    const restore = this.top.nodes.get(bare(this.graph.restore));
    const body = this.graph.functions.get(restore?.attributes.get('f')?.func ?? '');
    if (restore && body) {
      const at = new Map(body.inputs.map((name, k) => [name, bare(restore.inputs[k] ?? '')]));
      note(body.nodes, input => at.get(input) ?? null);
    }
    return keys;
  }

  private resolve(scope: Scope, reference: string): Resolved {
    const arg = scope.args.get(reference);
    if (arg) return arg();
    const [name, ...rest] = reference.split(':');
    const node = scope.nodes.get(name);
    if (!node) throw new WireError(`there is no node "${name}"`);
    const place = placeIn(scope, node, rest);
    const made = scope.done.get(name) ?? this.make(scope, node);
    if (typeof made === 'function') return made(place);
    if ('variable' in made || place === 0) return made;
    return { tensor: `${made.tensor}:${place}` };
  }

  private make(scope: Scope, node: Node): Resolved | ((output: number) => Resolved) {
    const made = this.emit(scope, node);
    scope.done.set(node.name, made);
    return made;
  }

  private emit(scope: Scope, node: Node): Resolved | ((output: number) => Resolved) {
    const { op } = node;
    const name = scope.prefix + node.name;
    const inputs = node.inputs.filter(input => !input.startsWith('^'));
    if (calls.has(op)) return this.call(scope, node, inputs);
    if (/^(VarHandleOp|VariableV2|Variable)$/.test(op)) return { variable: node.name };
    if (op === 'Const') {
      const values = tensorOf(node.attributes.get('value')?.tensor ?? new Uint8Array(0));
      if (values) this.constants.set(name, values);
      this.nodes.push({ name, op, input: [], attr: jsonOf(node) });
      return this.inBranch(scope, node, { tensor: name });
    }
    if (/^(Stateless)?If$/.test(op)) return this.branch(scope, node, inputs);
    if (/^(Stateless)?While$/.test(op)) return this.loop(scope, node, inputs);
    // Where a loop comes round, its own end is among what it is made of.
    if (op === 'Merge') scope.done.set(node.name, { tensor: name });
    const resolved = inputs.map(input => this.resolve(scope, input));
    const [first] = resolved;
    if (first && 'variable' in first && /^(ReadVariableOp|Identity)$/.test(op))
      return op === 'Identity' && !this.isReference(first.variable)
        ? first
        : { tensor: this.read(first.variable) };
    if (first && 'variable' in first) {
      // A loop does not change which variable it is; a branch that is not taken must not have its value.
      if (op === 'Enter') return first;
      if (op === 'Switch') resolved[0] = { tensor: this.read(first.variable) };
    } else if (first && op === 'ReadVariableOp') return first;
    const input = resolved.map((one, k) => tensorIn(one, inputs[k]));
    this.nodes.push({ name, op, input, attr: jsonOf(node) });
    return { tensor: name };
  }

  /** A constant of a branch, which only a control input holds to it, is made a value of it: TensorFlow.js looks at values alone. */
  private inBranch(scope: Scope, node: Node, value: { tensor: string }): Resolved {
    for (const input of node.inputs.filter(one => one.startsWith('^'))) {
      const pivot = scope.nodes.get(bare(input));
      const [name, ...rest] = pivot?.op === 'Identity' ? pivot.inputs[0].split(':') : [];
      const chosen = scope.nodes.get(name ?? '');
      if (chosen?.op !== 'Switch') continue;
      const [, by] = chosen.inputs;
      if (scope.nodes.get(by.split(':')[0])?.op === 'LoopCond') continue;
      const inputs = [value.tensor, tensorIn(this.resolve(scope, by), by)];
      const gate = this.push(`${value.tensor}/Switch`, 'Switch', inputs);
      return { tensor: `${gate}:${placeIn(scope, chosen, rest)}` };
    }
    return value;
  }

  /** Variables of TensorFlow 1 are tensors themselves, read by an Identity. */
  private isReference(variable: string): boolean {
    return this.top.nodes.get(variable)?.op !== 'VarHandleOp';
  }

  private read(variable: string): string {
    const name = `variables/${variable}`;
    if (!this.reads.has(variable)) {
      this.reads.set(variable, name);
      this.nodes.push({ name, op: 'Const', input: [], attr: {} });
    }
    return name;
  }

  private call(scope: Scope, node: Node, inputs: string[]): (output: number) => Resolved {
    const args = inputs.map(input => () => this.resolve(scope, input));
    return this.inlined(node.attributes.get('f')?.func, `${scope.prefix}${node.name}/`, args);
  }

  /** One of two functions, as Switch and Merge say it: what is not chosen has no inputs, and no output that is taken. */
  private branch(scope: Scope, node: Node, inputs: string[]): (output: number) => Resolved {
    const name = scope.prefix + node.name;
    const [wanted, ...given] = inputs.map(input => this.resolve(scope, input));
    const condition = tensorIn(wanted, inputs[0]);
    const gate = (value: Resolved, place: 0 | 1, at: string): Resolved =>
      'variable' in value
        ? value
        : { tensor: `${this.push(at, 'Switch', [value.tensor, condition])}:${place}` };
    const sides = (['else_branch', 'then_branch'] as const).map((side, place) => {
      const args = given.map(
        (value, k) => () => gate(value, place as 0 | 1, `${name}/${side}/arg${k}`),
      );
      const made = this.inlined(node.attributes.get(side)?.func, `${name}/${side}/`, args);
      return (k: number) => gate(made(k), place as 0 | 1, `${name}/${side}/out${k}`);
    });
    return k => {
      const parts = sides.map(side => tensorIn(side(k), node.name));
      return { tensor: this.push(`${name}/Merge${k}`, 'Merge', parts) };
    };
  }

  /** A function again and again while another says so, in the operators of TensorFlow 1. Variables are the same all along. */
  private loop(scope: Scope, node: Node, inputs: string[]): (output: number) => Resolved {
    const name = scope.prefix + node.name;
    const frame = {
      frame_name: { s: Buffer.from(name).toString('base64') },
      is_constant: { b: false },
    };
    const given = inputs.map(input => this.resolve(scope, input));
    const at = (op: string, k: number) => `${name}/${op}${k}`;
    const merged = given.map((value, k): Resolved => {
      if ('variable' in value) return value;
      this.push(at('Enter', k), 'Enter', [value.tensor], frame);
      return { tensor: this.push(at('Merge', k), 'Merge', [at('Enter', k), at('Next', k)]) };
    });
    const goesOn = this.inlined(
      node.attributes.get('cond')?.func,
      `${name}/cond/`,
      merged.map(one => () => one),
    );
    const condition = this.push(`${name}/LoopCond`, 'LoopCond', [tensorIn(goesOn(0), node.name)]);
    const inside = merged.map(
      (value, k): Resolved =>
        'variable' in value
          ? value
          : { tensor: `${this.push(at('Switch', k), 'Switch', [value.tensor, condition])}:1` },
    );
    const made = this.inlined(
      node.attributes.get('body')?.func,
      `${name}/body/`,
      inside.map(one => () => one),
    );
    for (const [k, value] of given.entries())
      if (!('variable' in value)) {
        this.push(at('Next', k), 'NextIteration', [tensorIn(made(k), node.name)]);
        this.push(at('Exit', k), 'Exit', [at('Switch', k)]);
      }
    return k => ('variable' in given[k] ? given[k] : { tensor: at('Exit', k) });
  }

  /** Adds a node, once, and gives its name. */
  private push(name: string, op: string, input: string[], attr: FlatNode['attr'] = {}): string {
    if (!this.pushed.has(name)) this.nodes.push({ name, op, input, attr });
    this.pushed.add(name);
    return name;
  }

  /** The body of a function in the place of a call of it; gives its outputs. */
  private inlined(
    name = '',
    prefix: string,
    given: readonly (() => Resolved)[],
  ): (output: number) => Resolved {
    const body: FunctionDef | undefined = this.graph.functions.get(name);
    if (!body) throw new WireError(`there is no function "${name}"`);
    if (this.depth >= deepest) throw new WireError(`function "${name}" calls itself`);
    const nothing = () => this.resolve(this.top, '');
    const args = new Map(body.inputs.map((arg, k) => [arg, given[k] ?? nothing] as const));
    const inner = scopeOf(prefix, body.nodes, args, true);
    this.depth++;
    // Nodes are listed after what they are made of, so that no chain of them gets deep.
    for (const one of body.nodes)
      try {
        if (!inner.done.has(one.name)) this.make(inner, one);
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        // It may be none that is wanted; if it is, that is said when it is asked for.
      }
    this.depth--;
    return output => this.resolve(inner, body.returns.get(body.outputs[output] ?? '') ?? '');
  }
}

/** Which output of a node is meant by what stands behind its name in a reference. */
function placeIn(scope: Scope, node: Node, rest: readonly string[]): number {
  return scope.body
    ? outputPlace(node.op, rest[0] ?? '') + Number(rest[1] ?? 0)
    : Number(rest[0] ?? 0);
}

function scopeOf(
  prefix: string,
  nodes: readonly Node[],
  args: Scope['args'],
  body: boolean,
): Scope {
  const byName = new Map(nodes.map(node => [node.name, node]));
  return { prefix, nodes: byName, args, done: new Map(), body };
}

function tensorIn(resolved: Resolved, reference: string): string {
  if ('tensor' in resolved) return resolved.tensor;
  throw new WireError(`variable "${resolved.variable}" is used as a tensor in "${reference}"`);
}

/** Name of a node of the whole graph by a reference to it. */
function bare(reference: string): string {
  return reference.replace(/^\^/, '').replace(/:.*$/, '');
}

/** The checkpoint's name of a value that is restored, or null where it is none. */
function restoredKey(nodes: ReadonlyMap<string, Node>, reference = ''): string | null {
  let [name, ...rest] = reference.split(':');
  for (let node = nodes.get(name); node; node = nodes.get(name)) {
    if (node.op === 'RestoreV2') {
      const names = nodes.get(bare(node.inputs[1] ?? ''))?.attributes.get('value')?.tensor;
      return names ? (textsOf(names)[Number(rest.at(-1) ?? 0)] ?? null) : null;
    }
    if (node.op !== 'Identity' && node.op !== 'Cast') return null;
    [name, ...rest] = (node.inputs[0] ?? '').split(':');
  }
  return null;
}

function jsonOf({ op, attributes }: Node): Record<string, JsonAttribute> {
  const attr: Record<string, JsonAttribute> = { ...defaults[op] };
  for (const [name, value] of attributes) {
    const json = op === 'Const' && name === 'value' ? null : attributeJson(value);
    if (json && !name.startsWith('_')) attr[name] = json;
  }
  return attr;
}

function attributeJson(value: Attribute): JsonAttribute | null {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const { s, i, f, b, type, shape, list } = value;
  if (s !== undefined) return { s: base64(s) };
  if (i !== undefined) return { i };
  if (f !== undefined) return { f };
  if (b !== undefined) return { b };
  if (type !== undefined) return { type };
  if (shape !== undefined)
    return {
      shape: shape ? { dim: shape.map(size => ({ size: size ?? -1 })) } : { unknownRank: true },
    };
  if (list === undefined) return null;
  return { list: { ...list, s: list.s.map(base64) } };
}
