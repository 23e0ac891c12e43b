import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { thisTarget } from '../../scripts/lib/nativeModules.js';
import { check, stage } from '../../scripts/lib/stage.js';
import type { Report } from '../../src/report/schema.js';
import { type Coordinator, jobOf, startCoordinator } from '../support/coordinator.js';
import { root } from '../support/referenceData.js';
import { put, scratch } from '../support/scratch.js';

/** Nothing above it is a checkout: what is found is in the package. */
const folder = scratch('package');
const samples = join(folder, 'samples');
const digits = join(samples, 'datasets', 'optdigits');
const fixture = (...path: string[]) => join(root, 'test/fixtures', ...path);

function cli(...args: string[]): Report {
  const all = [join(folder, 'dist/cli.js'), 'score', ...args, '--no-cache', '--json'];
  return JSON.parse(execFileSync(process.execPath, all, { cwd: folder, encoding: 'utf8' }));
}

/** What the command line says that fails; no stack of calls is in it. */
function failedCli(...args: string[]): string {
  const all = [join(folder, 'dist/cli.js'), 'score', ...args, '--no-cache'];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
  assert.ok(status === 3 || status === 2, `exit code ${status}: ${stderr}`);
  assert.doesNotMatch(stdout + stderr, /^\s+at /m);
  return stdout + stderr;
}

describe(`what is packed for ${thisTarget ?? 'this platform, for which nothing is'}`, function () {
  this.timeout(120_000);
  before(async function () {
    if (!thisTarget) return this.skip();
    await stage(thisTarget, folder);
  });

  it('is what runs and what is read, and nothing of the checkout', () => {
    assert.deepEqual(readdirSync(folder).sort(), [
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'ThirdPartyNotices.txt', 'dist', 'l10n', 'media'],
      ...['package.json', 'package.nls.json', 'package.nls.zh-cn.json', 'samples'],
    ]);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { main, bin, icon, contributes } = manifest;
    const named = [main, ...Object.values<string>(bin), icon, contributes.jsonValidation[0].url];
    for (const file of named) assert.ok(existsSync(join(folder, file)), file);
    assert.equal(manifest.scripts, undefined);
    assert.deepEqual(
      readdirSync(join(folder, 'dist')).filter(name => !/\.(js|css|wasm)$/.test(name)),
      ['node_modules'],
    );
  });

  it('names the licence of everything that others wrote', () => {
    const notices = readFileSync(join(folder, 'ThirdPartyNotices.txt'), 'utf8');
    const modules = join(folder, 'dist/node_modules');
    const native = readdirSync(modules).filter(name => !name.startsWith('@'));
    const img = readdirSync(join(modules, '@img')).map(name => `@img/${name}`);
    const bundled: string[] = JSON.parse(readFileSync(join(root, 'dist/packages.json'), 'utf8'));
    assert.ok(bundled.length > 0 && native.length > 0);
    for (const name of [...native, ...img, ...bundled.map(path => basename(path))])
      assert.match(notices, new RegExp(`^\\S*${name} [\\d.]+ \\(.+\\)$`, 'm'));
  });

  it('carries the notices of the ONNX Runtime that it has', () => {
    const { version } = JSON.parse(
      readFileSync(join(folder, 'dist/node_modules/onnxruntime-node/package.json'), 'utf8'),
    );
    const from = readFileSync(join(root, 'scripts/notices/README.md'), 'utf8');
    assert.ok(from.includes(`ONNX Runtime ${version}`), `${version}: take its notices anew`);
  });

  it('shows no link that leads to a file of the checkout', () => {
    for (const name of ['README.md', 'CHANGELOG.md']) {
      const text = readFileSync(join(folder, name), 'utf8');
      assert.doesNotMatch(text, /checkout|npm ci/);
      const links = [...text.matchAll(/\]\(([^)]*)\)/g)];
      assert.deepEqual(
        links.map(([, to]) => to).filter(to => !to.startsWith('https:')),
        [],
      );
    }
  });

  it('scores images by its command line', () => {
    const report = cli(join(samples, 'models'), '--data', digits, '--max-samples', '200');
    assert.equal(report.models.length, 4);
    assert.deepEqual(
      report.models.flatMap(({ reason }) => reason ?? []),
      [],
    );
    assert.equal(report.models[0].name, 'lenet-mnist');
  });

  it('runs models of TensorFlow.js, with the WebAssembly files beside the bundle', () => {
    const model = fixture('models/tfjs/graph');
    const [{ scores, reason }] = cli(model, '--data', digits, '--max-samples', '200').models;
    assert.equal(reason, undefined);
    assert.ok(Number.isFinite(scores.leep.value));
  });

  it('reads HDF5, whose library is a bundle of its own', () => {
    const model = join(samples, 'models/lenet-mnist');
    const report = cli(model, '--data', fixture('arrayDatasets/chunked.h5'));
    assert.equal(report.dataset.scored, 12);
    assert.equal(report.models[0].reason, undefined);
  });

  it('scores by its background process, as the editor asks it to', async () => {
    let one: Coordinator | undefined;
    try {
      one = startCoordinator(folder);
      const model = join(samples, 'models/lenet-mnist/model.onnx');
      const report = await one.api.score(jobOf([model], digits, null, { maxSamples: 200 }));
      assert.equal(report.models[0].reason, undefined);
      assert.equal(report.dataset.scored, 200);
    } finally {
      one?.stop();
    }
  });

  it('says which build is wanted where it is one for another platform', () => {
    const modules = join(folder, 'dist/node_modules');
    const image = join(modules, '@img', `sharp-${thisTarget}`);
    const ort = join(modules, 'onnxruntime-node/bin');
    const score = () => failedCli(join(samples, 'models/lenet-mnist'), '--data', digits);
    renameSync(image, `${image}-away`);
    assert.match(score(), /decodes images cannot be loaded.*Install the build of TransferLens for/);
    renameSync(ort, `${ort}-away`);
    assert.match(score(), /ONNX Runtime cannot be loaded.*Install the build of TransferLens for/);
    renameSync(`${image}-away`, image);
    renameSync(`${ort}-away`, ort);
  });

  it('is refused with a library of another platform, and without one of its own', async () => {
    const [target, modules] = [thisTarget ?? assert.fail(), join(folder, 'dist/node_modules')];
    await check(folder, target);
    const foreign = put(join(modules, 'onnxruntime-node/bin/napi-v6/win32/x64/DirectML.dll'), '');
    await assert.rejects(check(folder, target), /DirectML\.dll/);
    rmSync(foreign);
    rmSync(join(modules, '@img', `sharp-${target}`), { recursive: true });
    await assert.rejects(check(folder, target), /sharp/);
  });
});
