import assert from 'node:assert/strict';
import { difference } from '../../../src/report/diff.js';
import { measureReports } from '../../../src/report/measureReports.js';
import { failedModel, reportOf, scoredModel } from '../../support/reports.js';

const [a, b, c] = [scoredModel('a', -0.4), scoredModel('b', -0.5), scoredModel('c', -0.9)];
const before = reportOf([a, b, c]);

describe('the difference of two runs', () => {
  it('is none between a run and itself', () => {
    const same = difference(before, before);
    assert.deepEqual([same.settings, same.warningsGone, same.warningsNew], [[], [], []]);
    for (const model of same.models) {
      assert.equal(model.before, model.after);
      assert.equal(model.difference, 0);
      assert.equal(model.apart, false);
    }
  });

  it('gives places and scores of both, in the order of the later', () => {
    const after = reportOf([scoredModel('c', -0.2), a, scoredModel('b', -0.52)]);
    const { models } = difference(before, after);
    assert.deepEqual(
      models.map(m => [m.name, m.before, m.after, m.apart]),
      [
        ['c', 3, 1, true],
        ['a', 1, 2, false],
        ['b', 2, 3, false],
      ],
    );
    assert.ok(Math.abs(models[0].difference! - 0.7) < 1e-12);
    assert.equal(models[0].scoreBefore, '−0.90 [−0.95, −0.85]');
    assert.equal(models[0].scoreAfter, '−0.20 [−0.25, −0.15]');
  });

  it('keeps models that only one of them has, and those that failed', () => {
    const after = reportOf([a, scoredModel('d', -0.6), failedModel('b')]);
    assert.deepEqual(
      difference(before, after).models.map(m => [m.name, m.before, m.after, m.difference]),
      [
        ['a', 1, 1, 0],
        ['d', null, 2, null],
        ['b', 2, null, null],
        ['c', 3, null, null],
      ],
    );
  });

  it('knows a model again that was moved, by its name', () => {
    const moved = { ...a, path: '/elsewhere/a.onnx' };
    const { models } = difference(before, reportOf([moved]));
    assert.deepEqual([models[0].name, models[0].before], ['a', 1]);
    assert.deepEqual(
      models.slice(1).map(m => m.name),
      ['b', 'c'],
    );
  });

  it('takes no model for another that bears its name and is still there', () => {
    const [here, there] = ['here', 'there'].map(folder => ({
      ...a,
      ...{ id: `${folder}/net`, name: 'net', path: `/${folder}/net.onnx` },
    }));
    const moved = { ...there, id: 'new/net', path: '/new/net.onnx' };
    const { models } = difference(reportOf([here, there]), reportOf([here, moved]));
    assert.deepEqual(
      models.map(m => [m.before, m.after]),
      [
        [1, 1],
        [2, 2],
      ],
    );
  });

  it('compares measures by their ids: one that was only renamed ranks as before', () => {
    const [measure] = measureReports(['leepLoo'], 1);
    const named = (name: string) => ({ ...measure, name });
    const [old, now] = ['LEEP', 'LEEP (leave-one-out)'].map(name => ({
      ...before,
      measures: [named(name)],
    }));
    assert.deepEqual(difference(old, now).settings, []);
    assert.equal(difference(old, now).measure, 'LEEP (leave-one-out)');
  });

  it('subtracts no scores of different measures', () => {
    const after = reportOf([a, b, c]);
    after.ranking.by = 'leep';
    const { models, settings } = difference(before, after);
    assert.ok(models.every(m => m.difference === null && !m.apart));
    assert.deepEqual(
      settings.map(s => s.name),
      ['Ranked by'],
    );
  });

  it('subtracts no scores of different data: only a copy of it elsewhere, or other samples of it, are the same', () => {
    const elsewhere = reportOf([a, b, c]);
    elsewhere.dataset = { ...elsewhere.dataset, path: '/elsewhere' };
    const found = difference(before, elsewhere);
    assert.equal(found.otherData, true);
    assert.ok(found.models.every(m => m.difference === null && !m.apart && m.before === m.after));
    const [one, copy] = [before, elsewhere].map(report => ({
      ...report,
      dataset: { ...report.dataset, fingerprint: 'f' },
    }));
    assert.equal(difference(one, copy).otherData, false);
    const more = { ...before, dataset: { ...before.dataset, scored: 300, split: 'val' } };
    assert.equal(difference(before, more).otherData, false);
    const relabelled = { ...before, dataset: { ...before.dataset, classes: ['x', 'y'] } };
    assert.equal(difference(before, relabelled).otherData, true);
    const [age, height] = ['age', 'height'].map(target => ({
      ...one,
      dataset: { ...one.dataset, targets: [target] },
    }));
    assert.equal(difference(age, height).otherData, true);
    assert.equal(difference(age, age).otherData, false);
  });

  it('names what was set differently, and warnings that came and went', () => {
    const warning = (message: string) => ({ code: 'w', message, models: [] });
    const after = reportOf([a, b, c], 1, { warnings: [warning('new'), warning('both')] });
    after.dataset = { ...after.dataset, split: 'val', scored: 300 };
    const old = reportOf([a, b, c], 1, { warnings: [warning('old'), warning('both')] });
    const found = difference(old, after);
    assert.deepEqual(found.settings, [
      { name: 'Split', before: 'all', after: 'val' },
      { name: 'Samples scored', before: '1,797', after: '300' },
    ]);
    assert.deepEqual([found.warningsGone, found.warningsNew].flat(), [
      warning('old'),
      warning('new'),
    ]);
  });
});
