import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModel } from '../../../src/models/open.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import { pythonWith } from '../../support/python.js';
import { root } from '../../support/referenceData.js';
import { imageFolder, put, scratch } from '../../support/scratch.js';

/** The script that comes with the refusal of a file. */
async function snippetOf(path: string): Promise<string> {
  const refused = await openModel(path, { threads: 1 }).then(
    () => assert.fail('it was opened'),
    noticeOf,
  );
  return String((refused.params as { snippet?: string }).snippet);
}

/** Runs a script in a folder; what it prints. */
function run(command: string, folder: string, script: string): string {
  const file = put(join(folder, 'script.py'), script);
  return execFileSync(command, [file], {
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
    maxBuffer: 2 ** 28,
  });
}

/** An input with what a framework made of it, as a script printed them on its last line. */
interface Expected {
  shape: number[];
  input: number[];
  outputs: number[];
}

async function gives(path: string, printed: string): Promise<void> {
  const line = printed.trim().split('\n').at(-1) ?? '';
  const { shape, input, outputs }: Expected = JSON.parse(line);
  const model = await openModel(path, { threads: 1 });
  const made = await model.run([{ data: Float32Array.from(input), shape }]);
  await model.close();
  assert.equal(made.outputs.length, outputs.length);
  for (const [k, expected] of outputs.entries())
    assert.ok(Math.abs(made.outputs[k] - expected) < 1e-4, `${k}: ${made.outputs[k]}, ${expected}`);
  assert.ok(made.features && made.features.length > 0, 'features');
}

/** Runs the scripts that stand for what cannot be opened, as they are handed over, and opens what they make. */
describe('an export script, run', function () {
  this.timeout(300_000);

  const tellKeras = `
import json
import numpy as np

images = np.random.default_rng(0).random((2, *model.input_shape[1:]), dtype=np.float32)
print(json.dumps({"shape": images.shape, "input": images.ravel().tolist(), "outputs": np.ravel(model.predict(images, verbose=0)).tolist()}))
`;
  for (const file of ['tiny.keras', 'legacy.h5', 'newer.h5'])
    it(`makes a SavedModel of ${file} that is scored (needs Python with Keras)`, async function () {
      const command = pythonWith('keras', 'tensorflow');
      if (!command) return this.skip();
      const folder = scratch('keras-export');
      const path = join(folder, file);
      copyFileSync(join(root, 'test', 'fixtures', 'keras', file), path);
      const printed = run(command, folder, `${await snippetOf(path)}${tellKeras}`);
      const [stem] = file.split('.');
      await gives(join(folder, `${stem}_saved_model`, 'saved_model.pb'), printed);
    });

  it('makes ONNX of tiny.keras that is scored, by the lines that stand there for it (needs Python with Keras, PyTorch and onnxscript)', async function () {
    const command = pythonWith('keras', 'torch', 'onnx', 'onnxscript');
    if (!command) return this.skip();
    const folder = scratch('keras-onnx');
    const path = join(folder, 'tiny.keras');
    copyFileSync(join(root, 'test', 'fixtures', 'keras', 'tiny.keras'), path);
    const script = (await snippetOf(path))
      .replace(/^model\.export/m, '# model.export')
      .replace('# given =', 'given =')
      .replace(/^# (model\.export\(.*format="onnx")/m, '$1');
    const environment = 'import os\n\nos.environ["KERAS_BACKEND"] = "torch"\n';
    const printed = run(command, folder, `${environment}${script}${tellKeras}`);
    await gives(join(folder, 'tiny.onnx'), printed);
  });

  const makers: [file: string, modules: string[], maker: string][] = [
    [
      'shufflenet_v2_x0_5.pth',
      ['torchvision'],
      'from torchvision.models import shufflenet_v2_x0_5 as network\ntorch.save(network(num_classes=7).state_dict(), FILE)',
    ],
    [
      'squeeze.pt',
      ['torchvision'],
      'from torchvision.models import squeezenet1_1 as network\ntorch.jit.script(network(num_classes=7).eval()).save(FILE)',
    ],
    [
      'model.safetensors',
      ['timm', 'safetensors'],
      'import timm\nfrom timm.models import save_for_hf\nsave_for_hf(timm.create_model("test_resnet", num_classes=7), FOLDER, safe_serialization=True)',
    ],
    [
      'model.safetensors',
      ['transformers', 'safetensors'],
      `from transformers import ViTConfig, ViTForImageClassification
size = dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
ViTForImageClassification(ViTConfig(image_size=32, patch_size=8, num_labels=7, **size)).save_pretrained(FOLDER)`,
    ],
  ];
  const tellTorch = `
import json

images = torch.rand(2, 3, SIZE, SIZE)
with torch.no_grad():
    outputs = model(images)
print(json.dumps({"shape": images.shape, "input": images.ravel().tolist(), "outputs": outputs.ravel().tolist()}))
`;
  for (const [file, modules, maker] of makers)
    it(`makes ONNX and predictions of a ${file} of ${modules[0]} that are scored (needs Python with ${modules[0]})`, async function () {
      const command = pythonWith('torch', 'torchvision', 'onnx', ...modules);
      if (!command) return this.skip();
      const folder = scratch('export');
      const path = join(folder, file);
      const names = `FOLDER, FILE = ${JSON.stringify(folder)}, ${JSON.stringify(path)}`;
      run(command, folder, `import torch\n\ntorch.manual_seed(0)\n${names}\n${maker}\n`);
      const images = await imageFolder(join(folder, 'images'), { a: 3, b: 2 });
      const script = (await snippetOf(path)).replace(
        'IMAGES = None',
        `IMAGES = ${JSON.stringify(images)}`,
      );
      const printed = run(command, folder, script + tellTorch);
      const made = /"([^"]+)\.onnx"/.exec(script)?.[1] ?? '';
      await gives(join(folder, `${made}.onnx`), printed);
      const stored = await openModel(join(folder, `${made}.npz`), { threads: 1 });
      const rows = { data: Int32Array.from([0, 4]), shape: [2] };
      assert.equal((await stored.run([rows])).classes, 7);
      await stored.close();
    });
});
