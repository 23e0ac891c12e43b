import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Coordinator, jobOf, startCoordinator } from '../support/coordinator.js';
import { root } from '../support/referenceData.js';
import { scratch } from '../support/scratch.js';

const fixtures = join(root, 'test', 'fixtures');

describe('the background process', function () {
  this.timeout(120_000);
  let one: Coordinator;
  before(function () {
    // Which files a process has open is told by the system on Linux alone.
    if (process.platform !== 'linux') this.skip();
    one = startCoordinator();
  });
  after(() => one?.stop());

  /** The files of the fixtures that the process has open; its own pipes and libraries come and go. */
  function open(): string[] {
    const handles = `/proc/${one.child.pid}/fd`;
    return readdirSync(handles).flatMap(handle => {
      try {
        const path = readlinkSync(join(handles, handle));
        return path.startsWith(fixtures) ? [path] : [];
      } catch {
        return []; // closed since it was listed
      }
    });
  }

  it('holds no file of a dataset open after a run, whether it succeeds or not', async () => {
    const model = join(fixtures, 'arrays', 'stored.npz');
    const run = () => one.api.score(jobOf([model], model, scratch('open'), { measures: ['leep'] }));
    const others = ['nhwc.npz', 'cifar10', 'idx/train-images-idx3-ubyte', 'chunked.h5'];
    const failing = async () => {
      for (const name of others) {
        const data = join(fixtures, 'arrayDatasets', name);
        const report = await one.api.score(
          jobOf([model], data, scratch('open'), { measures: ['leep'] }),
        );
        assert.equal(report.models[0].status, 'failed');
      }
      const oneClass = { rows: [0, 1] as [number, number] };
      const data = join(fixtures, 'arrayDatasets', 'nhwc.npz');
      await assert.rejects(one.api.score(jobOf([model], data, scratch('open'), oneClass)));
    };
    await run();
    await failing();
    assert.deepEqual(open(), []);
  });
});
