import assert from 'node:assert/strict';
import { ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { sniffModel } from '../../../src/models/index.js';
import { encodeModel } from '../../../src/models/onnx/encode.js';
import { readGraph } from '../../../src/models/onnx/graph.js';
import { ProtoReader } from '../../../src/models/onnx/protobuf.js';
import {
  constant,
  node,
  onnxModel,
  smallClassifier,
  writeExternal,
} from '../../support/onnxWriter.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const folder = scratch('sniff');
const whole = onnxModel(smallClassifier());

describe('sniffing a model', function () {
  this.timeout(60_000);
  it('names and sizes', async () => {
    const names: Record<string, string> = {
      'resnet.onnx': 'resnet',
      'UPPER.ONNX': 'UPPER',
      'cat-dog/model.onnx': 'cat-dog',
      'bert/onnx/model_fp16.onnx': 'bert_fp16',
      'models/modelling.onnx': 'modelling',
    };
    for (const [file, name] of Object.entries(names)) {
      const path = put(join(folder, file), whole);
      assert.deepEqual(await sniffModel(path), { path, name, format: 'onnx', bytes: whole.length });
    }
  });

  it('external weights count where they lie under the usual name', async () => {
    const path = join(folder, 'big.onnx');
    await writeExternal(path, smallClassifier(), 'big.onnx.data');
    const found = await sniffModel(path);
    const weights = 4 * (16 * 3 * 9 + 16 + 16 * 10 + 10);
    const { size } = await open(path).then(async file => {
      const entry = await file.stat();
      await file.close();
      return entry;
    });
    assert.equal(found?.bytes, size + weights);
  });

  it('a broken file of the name is listed, so that it can say what is wrong', async () => {
    for (const content of ['', 'text', whole.subarray(0, 50)]) {
      const path = put(join(folder, 'broken.onnx'), content);
      assert.equal((await sniffModel(path))?.bytes, content.length);
    }
  });

  it('nothing else is a model', async () => {
    mkdirSync(join(folder, 'folder.onnx'));
    const others = ['folder.onnx', 'gone.onnx', 'resnet.onnx.txt', 'onnx'];
    put(join(folder, 'resnet.onnx.txt'), whole);
    put(join(folder, 'onnx'), whole);
    for (const name of others) assert.equal(await sniffModel(join(folder, name)), null);
  });
});

describe('reading the graph of an ONNX file', function () {
  this.timeout(60_000);
  it('gives what was written, and no weight is read: 3 GB in a sparse file cost a few kilobytes', async () => {
    const path = join(folder, 'sparse.onnx');
    // A weight of 3 GB with nothing in it: the head of its message by hand, the payload left to the file system.
    const spec = smallClassifier({ size: null, layout: 'NHWC', output: 'probabilities' });
    const before = encodeModel({
      ...spec,
      irVersion: 8,
      opset: 17,
      producer: 'me',
      metadata: { a: 'b' },
    });
    const payload = 3 * 2 ** 30;
    const name = Buffer.from([0x10, 0x01, 0x42, 0x04, ...Buffer.from('huge')]);
    const raw = Buffer.concat([Buffer.from([0x4a]), varint(payload)]);
    const tensor = Buffer.concat([name, raw]);
    const initializer = Buffer.concat([Buffer.from([0x2a]), varint(tensor.length + payload)]);
    const graph = Buffer.concat([
      Buffer.from([0x3a]),
      varint(initializer.length + tensor.length + payload),
    ]);
    const head = Buffer.concat([before, graph, initializer, tensor]);
    const file = openSync(path, 'w');
    writeSync(file, head);
    ftruncateSync(file, head.length + payload);
    const handle = await open(path);
    let bytes = 0;
    const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<{ bytesRead: number }>;
    Object.assign(handle, {
      read: async (...args: unknown[]) => {
        const result = await read(...args);
        bytes += result.bytesRead;
        return result;
      },
    });
    const found = await readGraph(new ProtoReader(handle, head.length + payload));
    await handle.close();
    assert.ok(bytes < 100_000, `${bytes} bytes read`);
    assert.deepEqual([found.irVersion, found.opset, found.producer], [8, 17, 'me']);
    assert.deepEqual(found.metadata, { a: 'b' });
    assert.deepEqual(found.inputs, [{ name: 'images', type: 1, dims: ['N', 'H', 'W', 3] }]);
    assert.deepEqual(found.outputs, [{ name: 'scores', type: 1, dims: ['N', 10] }]);
    assert.deepEqual(
      found.nodes.map(({ op, inputs, outputs }) => ({ op, inputs, outputs })),
      spec.nodes.map(({ op, inputs, outputs }) => ({ op, inputs, outputs })),
    );
    const names = (spec.initializers ?? []).map(initial => initial.name);
    assert.deepEqual([...found.initializers], [...names, 'huge']);
  });

  it('external weights are found in constants and in sub-tensors of attributes too', async () => {
    const value = { ...constant('c', [1], [1]), external: { location: 'c.bin', offset: 64 } };
    const path = join(folder, 'constants.onnx');
    writeFileSync(
      path,
      onnxModel({ nodes: [node('Constant', [], 'y', { value })], outputs: [{ name: 'y' }] }),
    );
    const handle = await open(path);
    const graph = await readGraph(new ProtoReader(handle, (await handle.stat()).size));
    await handle.close();
    assert.deepEqual(graph.external, [{ location: 'c.bin', bytes: 68 }]);
    assert.equal(graph.initializers.size, 0);
  });
});

describe('the bundles', function () {
  this.timeout(60_000);
  const bundle = async (file: string) => {
    const { metafile } = await build({
      entryPoints: [join(root, file)],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'cjs',
      outdir: folder,
      external: ['onnxruntime-node'],
      absWorkingDir: root,
      logLevel: 'silent',
    });
    const [output] = Object.values(metafile.outputs);
    return { inputs: Object.keys(metafile.inputs), external: output.imports.map(i => i.path) };
  };

  it('sniffing loads no open.ts and no runtime', async () => {
    const { inputs, external } = await bundle('src/models/index.ts');
    assert.deepEqual(
      inputs.filter(path => /open\.ts$/.test(path)),
      [],
    );
    assert.ok(!external.includes('onnxruntime-node'));
  });

  it('opening finds every format by its folder', async () => {
    const { inputs, external } = await bundle('src/models/open.ts');
    assert.ok(inputs.includes('src/models/onnx/open.ts'));
    assert.ok(external.includes('onnxruntime-node'));
  });
});

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
