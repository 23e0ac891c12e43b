import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/referenceData.js';
import { scratch } from '../support/scratch.js';

/** Official builds of ONNX Runtime keep quiet by themselves where they believe to be under test. */
const quietAnyway = /^(CI|TF_BUILD|GITHUB_ACTIONS|GITLAB_CI|JENKINS_URL|BUILD_ID|ORT_.*|XDG_.*)$/;

describe('privacy', () => {
  it('leaves nothing in the home folder: no device id, no queue of telemetry', async () => {
    const home = scratch('home');
    const inherited = Object.entries(process.env).filter(([name]) => !quietAnyway.test(name));
    const env = { ...Object.fromEntries(inherited), HOME: home, USERPROFILE: home };
    const samples = join(root, 'samples');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        join(root, 'dist/cli.js'),
        'score',
        join(samples, 'models/lenet-mnist/model.onnx'),
        ...['--data', join(samples, 'datasets/optdigits')],
        ...['--max-samples', '50', '--no-cache', '--json'],
      ],
      { env },
    );
    assert.equal(JSON.parse(stdout).models[0].status, 'scored');
    assert.deepEqual(readdirSync(home, { recursive: true }), []);
  });
});
