import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { leftOut, sniffModel, worthRunning } from '../../../src/models/index.js';
import { modelFiles, openModel } from '../../../src/models/open.js';
import type { ModelSummary } from '../../../src/protocol/found.js';
import { type Notice, TransferLensError } from '../../../src/protocol/notice.js';
import { numpyPython } from '../../support/python.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const folder = join(root, 'test', 'fixtures', 'checkpoints');

async function refusal(work: Promise<unknown>): Promise<Notice> {
  const error = await work.then(
    () => assert.fail('it was opened'),
    e => e,
  );
  assert.ok(error instanceof TransferLensError, String(error));
  return error.notice;
}

/** The script for a checkpoint that lies in a folder with some `config.json`. */
async function scriptFor(file: string, config?: object): Promise<string> {
  const at = scratch('checkpoint');
  copyFileSync(join(folder, file), join(at, file));
  if (config) put(join(at, 'config.json'), config);
  const { params } = await refusal(openModel(join(at, file), { threads: 1 }));
  return String(params.snippet);
}

describe('a folder of one export in several precisions', () => {
  const summary = (path: string) => ({ path, name: path, format: 'onnx', bytes: 1 });

  it('is scored by the most exact one', () => {
    const names = ['model_int8', 'model_q4', 'model_fp16', 'model', 'model_quantized'];
    const found = names.map(name => summary(`/a/bert/onnx/${name}.onnx`));
    assert.deepEqual(worthRunning(found).models, [found[3]]);
    const [int8, q4, fp16] = found;
    assert.deepEqual(worthRunning([int8, q4, fp16]).models, [fp16]);
    assert.deepEqual(worthRunning([q4]).models, [q4]);
  });

  it('leaves other files alone, also beside it', () => {
    const found = ['/a/bert/onnx/model.onnx', '/a/model_int8.onnx', '/a/resnet.onnx'].map(summary);
    assert.deepEqual(worthRunning(found), { models: found, left: [] });
  });
});

describe('a checkpoint of PyTorch', () => {
  for (const name of readdirSync(folder).filter(file => !file.endsWith('.py')))
    it(`${name} is recognised, and opening it says what to do`, async () => {
      const path = join(folder, name);
      const found = await sniffModel(path);
      assert.equal(found?.format, 'checkpoint');
      for (const work of [modelFiles, openModel]) {
        const { code, message, params } = await refusal(work(path, { threads: 1 }));
        const isScript = name.startsWith('script');
        assert.equal(code, isScript ? 'model.torchScript' : 'model.weightsOnly');
        assert.equal(String(params.snippet).includes('torch.jit.load'), isScript);
        assert.match(message, /Export the network to ONNX, or save its predictions/);
        assert.match(String(params.snippet), /torch\.onnx\.export[\s\S]*np\.savez/);
      }
    });

  it('is not what only has such a name, nor a safetensors file of predictions', async () => {
    const at = scratch('names');
    for (const name of ['part.pt', 'a.pth', 'pytorch_model.bin', 'x.safetensors'])
      assert.equal(await sniffModel(put(join(at, name), 'a text in Portuguese')), null, name);
    assert.equal(await sniffModel(put(join(at, 'empty.pt'), '')), null);
    assert.equal(
      await sniffModel(put(join(at, 'data.bin'), Buffer.from('\x80\x02', 'latin1'))),
      null,
    );
    const arrays = join(root, 'test', 'fixtures', 'arrays');
    const formatOf = async (name: string) => (await sniffModel(join(arrays, name)))?.format;
    assert.equal(await formatOf('some.safetensors'), 'predictions');
    assert.equal(await formatOf('weights.safetensors'), 'checkpoint');
  });

  it('in several files is one model', async () => {
    const at = scratch('shards');
    for (const k of [1, 2, 3])
      copyFileSync(
        join(folder, 'net.safetensors'),
        join(at, `model-0000${k}-of-00003.safetensors`),
      );
    const found = await Promise.all(
      readdirSync(at)
        .sort()
        .map(name => sniffModel(join(at, name))),
    );
    assert.deepEqual(
      found.map(f => f !== null),
      [true, false, false],
    );
    const one = await sniffModel(join(folder, 'net.safetensors'));
    assert.equal(found[0]?.bytes, 3 * (one?.bytes ?? 0));
  });

  it('gets a script that names its network as far as the name or config.json tell it', async () => {
    assert.match(await scriptFor('resnet18-zip.pth'), /torchvision\.models\.resnet18\(/);
    assert.match(await scriptFor('net.safetensors'), /load_file\(WEIGHTS\)/);
    const timm = await scriptFor('net.safetensors', { architecture: 'resnet10t' });
    assert.match(timm, /timm\.create_model\("resnet10t"/);
    const image = { architectures: ['ResNetForImageClassification'] };
    assert.match(
      await scriptFor('net.safetensors', image),
      /import ResNetForImageClassification as/,
    );
    const text = { architectures: ['BertForSequenceClassification'] };
    assert.match(await scriptFor('net.safetensors', text), /"input_ids", "attention_mask"/);
  });

  it('gets Python whatever config.json holds', async function () {
    const python = numpyPython();
    if (!python) return this.skip();
    const hostile = 'os\nimport os; os.system("x") #"""';
    for (const config of [{}, { architecture: hostile }, { architectures: [hostile] }]) {
      const script = await scriptFor('net.safetensors', config);
      const imported = execFileSync(
        python,
        [
          '-c',
          'import ast, sys; print([n.names[0].name for n in ast.walk(ast.parse(sys.stdin.read())) if isinstance(n, ast.Import)])',
        ],
        { input: script, encoding: 'utf8' },
      );
      assert.ok(!imported.includes("'os'"), imported);
    }
  });
});

describe('a run of a folder', () => {
  const model = (path: string, format: string): ModelSummary => ({
    path,
    name: path,
    format,
    bytes: 1,
  });
  const onnx = model('/a/bert/onnx/model.onnx', 'onnx');
  const same = model('/a/bert/pytorch_model.bin', 'checkpoint');
  const other = model('/a/old.pth', 'checkpoint');

  it('leaves out what cannot be run, and does not speak of the same model twice', () => {
    assert.deepEqual(worthRunning([onnx, same, other]), { models: [onnx], left: [other] });
    assert.match(leftOut([other]).message, /1 models were left out.*old/);
  });

  it('takes all where none can be run, so that each row says why', () => {
    assert.deepEqual(worthRunning([same, other]), { models: [same, other], left: [] });
  });
});
