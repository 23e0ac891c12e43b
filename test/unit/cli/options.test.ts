import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { localeOf } from '../../../src/cli/locale.js';
import { CommandLineError, parseList, parseScore } from '../../../src/cli/options.js';

const score = (line: string) => parseScore(line.split(' '));
const refused = (line: string, said: RegExp) =>
  assert.throws(
    () => score(line),
    error => error instanceof CommandLineError && said.test(error.message),
  );

describe('options of the command line', () => {
  it('has the documented defaults', () => {
    const options = score('models --data digits');
    assert.deepEqual(options.paths, [resolve('models')]);
    assert.equal(options.form, 'table');
    assert.equal(options.out, null);
    assert.equal(options.job.split, 'auto');
    assert.equal(options.job.maxSamples, 'auto');
    assert.equal(options.job.seed, 0);
    assert.match(options.job.cache ?? '', /transferlens$/);
  });
  it('knows every form', () => {
    for (const form of ['json', 'csv', 'tsv', 'md', 'html', 'table'])
      assert.equal(score(`a --data d --format ${form}`).form, form);
    assert.equal(score('a --data d --format html --out x.html').out, 'x.html');
    refused('a --data d --format pdf', /--format is one of .*html/);
  });
  it('takes the language of a page from the terminal, unless it is given', () => {
    assert.equal(score('a --data d').locale, null);
    assert.equal(score('a --data d --locale zh-cn').locale, 'zh-cn');
    refused('a --data d --locale fr', /--locale is one of en, zh-cn/);
    const of = (LANG: string, LC_ALL?: string) => localeOf({ LANG, LC_ALL });
    for (const lang of ['zh_CN.UTF-8', 'zh', 'zh_SG', 'zh-Hans-CN'])
      assert.equal(of(lang), 'zh-cn');
    for (const lang of ['', 'C', 'en_GB.UTF-8', 'zh_TW.UTF-8', 'zh-Hant'])
      assert.equal(of(lang), 'en', lang);
    assert.equal(of('zh_CN.UTF-8', 'C'), 'en');
  });
  it('reads every option', () => {
    const { job, form, out } = score(
      'a b --data d --measures leep,nce --split all --rows 5:20 --max-samples all --seed 7 --threads 2 --no-cache --format md --out x.md',
    );
    assert.deepEqual(job.measures, ['leep', 'nce']);
    assert.deepEqual(job.rows, [5, 20]);
    assert.deepEqual(
      [job.split, job.maxSamples, job.seed, job.threads, job.cache],
      ['all', 'all', 7, 2, null],
    );
    assert.deepEqual([form, out], ['md', 'x.md']);
    assert.equal(score('a --data d --json').form, 'json');
    // Predictions with labels are a dataset of their own: whether these are is seen later.
    assert.equal(score('a').dataset, null);
    assert.deepEqual(score('a --data d --rows :9').job.rows, [0, 9]);
  });
  it('says what is wrong', () => {
    refused('--data d', /give a model/);
    refused('a --data d --split dev', /--split is one of train, val, test, all/);
    refused('a --data d --rows 5', /A:B/);
    refused('a --data d --rows 5:5', /empty/);
    refused('a --data d --max-samples 0', /--max-samples/);
    refused('a --data d --seed -1', /seed/);
    refused('a --data d --measures leep,magic', /unknown measure "magic"/);
    refused('a --data d --format xml', /--format/);
    refused('a --data d --json --format csv', /exclude/);
    refused('a --data d --cache x --no-cache', /exclude/);
    refused('a --data d --frobnicate', /frobnicate/);
    assert.throws(() => parseList([]), CommandLineError);
  });
});
