import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from '../../support/referenceData.js';
import type { Ran } from '../../support/runModels.js';
import { put, scratch } from '../../support/scratch.js';

/** Folder in which @tensorflow/tfjs-node is installed: it is no dependency, so it may be nowhere. */
const tfjsNode = process.env.TRANSFERLENS_TEST_TFJS_NODE;
const fixtures = join(root, 'test', 'fixtures', 'models');
const savedModels = join(fixtures, 'savedModel');

interface Expected {
  models: Record<string, { outputs: number[]; features: number[] }>;
  unusual: number[];
}

function run(folders: string, input: string, ...paths: string[]): Ran[] {
  const script = join(root, 'test', 'support', 'runModels.ts');
  const printed = execFileSync(process.execPath, ['--import=tsx', script, input, ...paths], {
    env: { ...process.env, TRANSFERLENS_TFJS_NODE: folders },
    encoding: 'utf8',
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '');
}

function close(a: ArrayLike<number> | null | undefined, b: ArrayLike<number>, what: string): void {
  assert.equal(a?.length, b.length, what);
  for (let i = 0; i < b.length; i++)
    assert.ok(Math.abs((a?.[i] ?? NaN) - b[i]) < 1e-5, `${what} ${i}: ${a?.[i]}, ${b[i]}`);
}

describe('TensorFlow itself, by @tensorflow/tfjs-node', function () {
  this.timeout(120_000);
  const expectedFile = join(savedModels, 'expected.json');
  const expected: Expected = JSON.parse(readFileSync(expectedFile, 'utf8'));

  it('gives the outputs and features of the WebAssembly backend (needs TRANSFERLENS_TEST_TFJS_NODE)', function () {
    if (!tfjsNode) return this.skip();
    const names = Object.keys(expected.models);
    const paths = names.map(name => join(savedModels, name, 'saved_model.pb'));
    const [native, wasm] = [tfjsNode, ''].map(f => run(f, expectedFile, ...paths));
    for (const [k, name] of names.entries()) {
      assert.match(native[k].runtime ?? '', /^tfjs-node 4\.\S+ TensorFlow 2\./, name);
      assert.match(wasm[k].runtime ?? '', /^tfjs 4\.\S+ wasm$/, name);
      assert.equal(native[k].features, wasm[k].features);
      for (const one of [native[k], wasm[k]]) {
        close(one.outputs, expected.models[name].outputs, `${name} outputs`);
        close(one.vectors, expected.models[name].features, `${name} features`);
      }
    }
    const tfjs = join(fixtures, 'tfjs');
    const kinds = ['layers', 'graph', 'graph-quantised'];
    const files = kinds.map(kind => join(tfjs, kind, 'model.json'));
    const input = join(tfjs, 'expected.json');
    const [own, other] = [tfjsNode, ''].map(f => run(f, input, ...files));
    for (const [k, kind] of kinds.entries()) {
      assert.match(own[k].runtime ?? '', /^tfjs-node/, JSON.stringify(own[k]));
      close(own[k].outputs, other[k].outputs ?? [], `${kind} outputs`);
      close(own[k].vectors, other[k].vectors ?? [], `${kind} features`);
    }
  });

  it('runs operators that TensorFlow.js does not have, outputs only (needs TRANSFERLENS_TEST_TFJS_NODE)', function () {
    if (!tfjsNode) return this.skip();
    const [one] = run(tfjsNode, expectedFile, join(savedModels, 'unusual', 'saved_model.pb'));
    close(one.outputs, expected.unusual, 'outputs');
    assert.deepEqual([one.features, one.notices], [null, ['model.noFeatures']]);
  });

  it('says what is damaged in the words of the other backend (needs TRANSFERLENS_TEST_TFJS_NODE)', function () {
    if (!tfjsNode) return this.skip();
    const folder = scratch('native-damaged');
    cpSync(join(savedModels, 'convolutional-head'), folder, { recursive: true });
    const path = join(folder, 'saved_model.pb');
    const both = () => [tfjsNode, ''].map(folders => run(folders, expectedFile, path)[0].error);
    rmSync(join(folder, 'variables'), { recursive: true });
    for (const error of both()) assert.match(error?.message ?? '', /has no value/);
    writeFileSync(path, readFileSync(path).subarray(0, 9000));
    const [native, wasm] = both();
    assert.match(wasm?.code ?? '', /^model\./);
    assert.deepEqual(native, wasm);
  });

  it('is not needed: where it is missing or broken, models run on the WebAssembly backend', () => {
    const folder = scratch('native-broken');
    const at = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
    put(join(at, 'package.json'), { name: '@tensorflow/tfjs-node', main: 'index.js' });
    put(join(at, 'index.js'), 'throw new Error("tfjs_binding.node can not be found")');
    const paths = ['convolutional', 'unusual'].map(n => join(savedModels, n, 'saved_model.pb'));
    const folders = [join(folder, 'nowhere'), 'relative', folder].join(delimiter);
    const [whole, unusual] = run(folders, expectedFile, ...paths);
    assert.match(whole.runtime ?? '', /wasm$/);
    close(whole.outputs, expected.models.convolutional.outputs, 'outputs');
    assert.equal(unusual.error?.code, 'model.unsupportedOp');
    assert.match(unusual.error?.message ?? '', /"Lgamma".*tf2onnx.*transferlens\.tfjsNode/);
  });
});
