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
    const place = scope.body
      ? outputPlace(node.op, rest[0] ?? '') + Number(rest[1] ?? 0)
      : Number(rest[0] ?? 0);
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
      return { tensor: name };
    }
    const resolved = inputs.map(input => this.resolve(scope, input));
    const [first] = resolved;
    if (first && 'variable' in first && /^(ReadVariableOp|Identity)$/.test(op))
      return op === 'Identity' && !this.isReference(first.variable)
        ? first
        : { tensor: this.read(first.variable) };
    const input = resolved.map((one, k) => tensorIn(one, inputs[k]));
    this.nodes.push({ name, op, input, attr: jsonOf(node) });
    return { tensor: name };
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
    const name = node.attributes.get('f')?.func ?? '';
    const body: FunctionDef | undefined = this.graph.functions.get(name);
    if (!body) throw new WireError(`there is no function "${name}"`);
    if (this.depth >= deepest) throw new WireError(`function "${name}" calls itself`);
    const args = new Map(
      body.inputs.map((arg, k) => [arg, () => this.resolve(scope, inputs[k] ?? '')] as const),
    );
    const inner = scopeOf(`${scope.prefix}${node.name}/`, body.nodes, args, true);
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
