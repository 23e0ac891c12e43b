import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { headerBytes } from '../../src/predictions/npy.js';
import { type Report, reportSchema } from '../../src/report/schema.js';
import { onnxModel, slowClassifier, smallClassifier } from '../support/onnxWriter.js';
import { root } from '../support/referenceData.js';
import { imageFolder, put, scratch } from '../support/scratch.js';

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the built command line. `onErr` may send it a signal. */
function cli(
  args: string[],
  env: NodeJS.ProcessEnv = {},
  onErr?: (text: string, kill: (s: NodeJS.Signals) => void) => unknown,
  uid?: number,
): Promise<Ended> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), ...args], {
      env: { ...process.env, ...env },
      uid,
    });
    let out = '';
    let err = '';
    child.stdout.on('data', data => {
      out += data;
    });
    child.stderr.on('data', data => {
      err += data;
      onErr?.(err, signal => child.kill(signal));
    });
    child.on('close', code => resolve({ code, out, err }));
  });
}

/** Bytes of outputs that a store of one model holds. */
function storedBytes(cache: string): number {
  const folder = join(cache, 'predictions');
  const [key] = existsSync(folder) ? readdirSync(folder) : [];
  const file = join(folder, key ?? '', 'outputs.npy');
  return existsSync(file) && key ? Math.max(0, statSync(file).size - headerBytes) : 0;
}

describe('the command line', function () {
  this.timeout(120_000);
  const samples = join(root, 'samples');
  const digits = join(samples, 'datasets', 'optdigits');
  const lenet = join(samples, 'models', 'lenet-mnist', 'model.onnx');
  const cache = scratch('cli');

  it('writes the panel as a page that says why, in the language that is asked for', async () => {
    const page = async (args: string[], env: NodeJS.ProcessEnv) => {
      const file = join(scratch('page'), 'page.html');
      const more = ['--max-samples', '200', '--format', 'html', '--out', file, ...args];
      const { code, err } = await cli(
        ['score', lenet, '--data', digits, '--cache', cache, ...more],
        env,
      );
      assert.equal(code, 0, err);
      const html = readFileSync(file, 'utf8');
      const [, data] = /<script type="application\/json"[^>]*>([^<]*)<\/script>/.exec(html) ?? [];
      return { html, data: JSON.parse(data) };
    };
    const chinese = await page(['--locale', 'zh-cn'], {});
    assert.match(chinese.html, /<html lang="zh-cn">/);
    assert.equal(chinese.data.strings.Ranking, '排名');
    const [{ classes, samples }] = chinese.data.fits;
    const [{ scores }] = chinese.data.report.models;
    const sum = classes.reduce((all: number, { share }: { share: number }) => all + share, 0);
    assert.ok(Math.abs(sum - scores.leepLoo.value) < 1e-9, 'shares add up to the score');
    assert.equal(samples.length, 12);
    assert.match(samples[0].image, /^data:image\/png;base64,/);
    assert.ok(chinese.html.length < 3e6);
    assert.ok(!chinese.html.includes(samples), 'where the files lie is nobody else’s business');
    assert.equal(chinese.data.report.dataset.path, relative(process.cwd(), digits));
    const english = await page([], { LC_ALL: 'C' });
    assert.equal(english.data.locale, 'en');
    assert.deepEqual(english.data.fits, chinese.data.fits);
  });

  it('lists models and datasets', async () => {
    const { code, out } = await cli(['list', samples, '--json']);
    assert.equal(code, 0);
    const found = JSON.parse(out);
    assert.equal(found.schema, 1);
    const names = found.models
      .filter((m: { format: string }) => m.format === 'onnx')
      .map((m: { name: string }) => m.name);
    assert.deepEqual(names.sort(), [
      'cnn-random',
      'cnn-vehicles',
      'lenet-mnist',
      'lenet-mnist-undertrained',
    ]);
    assert.deepEqual(
      found.datasets.map((d: { name: string; size: number; classes: number }) => [
        d.name,
        d.size,
        d.classes,
      ]),
      [['optdigits', 1797, 10]],
    );
    assert.match((await cli(['list', samples])).out, /Source models: \d[\s\S]*optdigits/);
  });

  it('says on stderr which folders it could not search', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = scratch('closed');
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(folder, 0o755);
    chmodSync(closed, 0);
    // Nothing is closed to root.
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    const { code, out, err } = await cli(['list', folder, '--json'], {}, undefined, uid);
    chmodSync(closed, 0o755);
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(out).models, []);
    assert.ok(err.startsWith(`transferlens: ${closed}: `), err);
  });

  it('scores a folder of models as JSON that its published schema accepts', async () => {
    const { code, out, err } = await cli([
      'score',
      join(samples, 'models'),
      '--data',
      digits,
      '--json',
      '--cache',
      cache,
      '--max-samples',
      '300',
    ]);
    const report: Report = reportSchema.parse(JSON.parse(out));
    assert.equal(report.ranking.order[0], 'lenet-mnist');
    assert.equal(report.dataset.scored, 300);
    const failed = report.models.filter(m => m.status === 'failed');
    assert.equal(code, failed.length > 0 ? 3 : 0);
    assert.equal(err, '', 'no progress where stderr is not a terminal');
  });

  it('exits with 0 when all models are scored, in every form, also into a file', async () => {
    const args = ['score', lenet, '--data', digits, '--cache', cache, '--max-samples', '300'];
    const table = await cli(args);
    assert.equal(table.code, 0, table.err);
    assert.match(table.out, /^Rank +Model/);
    assert.match((await cli([...args, '--format', 'csv'])).out, /^rank,id,name/);
    assert.match((await cli([...args, '--format', 'md'])).out, /^# Transferability to optdigits/);
    const file = join(cache, 'out.json');
    const written = await cli([...args, '--json', '--out', file]);
    assert.deepEqual([written.code, written.out], [0, '']);
    reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  });

  it('prints the script for the first with --next, and nothing else there', async () => {
    const args = ['score', lenet, '--data', digits, '--cache', cache, '--max-samples', '300'];
    const file = join(cache, 'next.json');
    const { code, out, err } = await cli([...args, '--next', '--json', '--out', file]);
    assert.equal(code, 0, err);
    const { next, verdict } = reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    assert.equal(out, next?.script);
    assert.match(out, /^# Fine-tunes all of \S+ on optdigits: 10 classes/);
    assert.ok(out.includes(JSON.stringify(lenet)) && out.includes(JSON.stringify(digits)));
    assert.match(out, /v2\.Normalize|v2\.ToDtype/);
    assert.ok(verdict?.[0] && err.includes(verdict[0].message));
    const head = await cli([...args, '--next', '--intent', 'retrain-head']);
    assert.match(head.out, /^# Trains a new head on [\s\S]*onnxruntime\.InferenceSession/);
  });

  it('exits with 3 when a model failed, and still ranks the others', async () => {
    const bad = put(join(scratch('cli'), 'bad.onnx'), 'no model');
    const { code, out } = await cli([
      'score',
      lenet,
      bad,
      '--data',
      digits,
      '--no-cache',
      '--json',
      '--max-samples',
      '100',
    ]);
    assert.equal(code, 3);
    const report: Report = JSON.parse(out);
    assert.deepEqual(
      report.models.map(m => m.status),
      ['scored', 'failed'],
    );
  });

  it('exits with 2 for bad usage and for a dataset that cannot be read', async () => {
    for (const args of [
      [],
      ['score', lenet],
      ['score', '/nowhere.onnx', '--data', digits],
      ['score', lenet, '--data', '/nowhere'],
      ['score', lenet, '--data', lenet],
      ['score', digits, '--data', digits],
      ['frobnicate'],
    ]) {
      const { code, err, out } = await cli(args);
      assert.equal(code, 2, `${args}: ${err}`);
      assert.ok(err.length > 0 || out.startsWith('transferlens'), `${args}`);
      assert.doesNotMatch(err, /\n {4}at /, 'no stack');
    }
  });

  it('refuses a file that cannot be written before any work, with exit code 1', async () => {
    const model = put(join(scratch('cli'), 'm.onnx'), onnxModel(smallClassifier()));
    for (const file of ['/nowhere/out.json', samples]) {
      const args = ['score', model, '--data', digits, '--no-cache', '--out', file];
      const { code, err } = await cli(args, { TRANSFERLENS_LOG: '1' });
      assert.equal(code, 1, err);
      assert.ok(err.startsWith(`transferlens: ${file}: the result cannot be written (`), err);
      assert.match(err, /--out/);
      assert.doesNotMatch(err, /inference process|\n {4}at /);
    }
  });

  it('prints nothing of a hostile name that a terminal would obey', async () => {
    const { code, err } = await cli(['score', '/no\u001b[31mwhere.onnx', '--data', digits]);
    assert.equal(code, 2);
    assert.ok(!err.includes('\u001b') && err.includes('where.onnx'), err);
  });

  it('exits with 130 on Ctrl+C, leaves no process, and keeps what was computed', async () => {
    const folder = scratch('ctrlc');
    const model = put(
      join(folder, 'slow.onnx'),
      onnxModel(slowClassifier({ size: 64, repeat: 8 })),
    );
    const data = await imageFolder(join(folder, 'data'), { a: 60, b: 60 });
    const args = ['score', model, '--data', data, '--cache', join(folder, 'cache'), '--json'];
    let pid = 0;
    const { code, out } = await cli(args, { TRANSFERLENS_LOG: '1' }, async (text, kill) => {
      if (pid) return;
      pid = Number(/inference process (\d+)/.exec(text)?.[1] ?? 0);
      while (pid && storedBytes(join(folder, 'cache')) === 0) await sleep(5);
      if (pid) kill('SIGINT');
    });
    assert.equal(code, 130);
    assert.equal(out, '');
    assert.ok(pid > 0);
    const kept = storedBytes(join(folder, 'cache'));
    assert.ok(kept > 0 && kept < 120 * 10 * 4, `${kept} bytes`);
    assert.equal(
      existsSync(`/proc/${pid}/stat`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z'),
      false,
    );
    assert.equal((await cli(args)).code, 0);
  });

  it('knows its version and explains itself', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.deepEqual(await cli(['--version']), { code: 0, out: `${version}\n`, err: '' });
    for (const args of [['--help'], ['-h'], ['score', '-h'], ['list', '--help']])
      assert.match((await cli(args)).out, /transferlens score MODEL_OR_DIR/, `${args}`);
  });

  it('refuses measures it does not know, before any work', async () => {
    const model = put(join(scratch('cli'), 'm.onnx'), onnxModel(smallClassifier()));
    const { code, err } = await cli(['score', model, '--data', digits, '--measures', 'magic']);
    assert.equal(code, 2);
    assert.match(err, /leepLoo/);
  });
});
