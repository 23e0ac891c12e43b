import assert from 'node:assert/strict';
import { toCsv, toTsv } from '../../../src/report/csv.js';
import { bytes, count, duration, interval, percent, score } from '../../../src/report/format.js';
import { reportForms } from '../../../src/report/index.js';
import { escapeMarkdown, toMarkdown } from '../../../src/report/markdown.js';
import { reportSchema } from '../../../src/report/schema.js';
import { asSent } from '../../../src/report/sent.js';
import { rankLabel, toText } from '../../../src/report/table.js';
import { verdict } from '../../../src/report/verdict.js';
import { failedModel, reportOf, scoredModel } from '../../support/reports.js';

const codes = (report: Parameters<typeof verdict>[0]) => verdict(report).map(n => n.code);

describe('numbers as they are shown', () => {
  it('uses a real minus, and never shows minus zero', () => {
    assert.equal(score(-0.4213), '−0.42');
    assert.equal(score(-0.0001), '0.00');
    assert.equal(score(null), '–');
    assert.equal(interval(-0.5, 0.25), '[−0.50, 0.25]');
  });
  it('groups thousands and rounds durations to what matters', () => {
    assert.equal(count(50_000), '50,000');
    assert.equal(count(50_000, 'de').replace(/\D/g, '_'), '50_000');
    assert.equal(count(999), '999');
    assert.deepEqual(
      [999, 218_816, 999_600, 1_412_044].map(n => bytes(n)),
      ['999 B', '219 kB', '1 MB', '1.41 MB'],
    );
    assert.deepEqual([0.2, 45, 600, 18_000].map(duration), ['<1 s', '45 s', '10 min', '5 h']);
    assert.deepEqual([0, 0.004, 0.31, 0.999, 1].map(percent), [
      '<1 %',
      '<1 %',
      '31 %',
      '>99 %',
      '>99 %',
    ]);
  });
});

describe('the verdict', () => {
  const [a, b, c] = [scoredModel('a', -0.4), scoredModel('b', -0.5), scoredModel('c', -0.9)];
  it('names a winner only where there is one', () => {
    assert.deepEqual(codes(reportOf([a, b, c])), ['verdict.leads', 'verdict.next']);
    assert.deepEqual(codes(reportOf([a, b, c], 2)), ['verdict.tied', 'verdict.likeliest']);
    assert.match(verdict(reportOf([a, b, c], 2))[0].message, /^a \+ b cannot be told apart/);
  });
  it('does not call a leader tied that is probably the best', () => {
    const report = reportOf([a, b, c], 2);
    report.ranking.probabilityBest = { [a.id]: 0.99, [b.id]: 0.01, [c.id]: 0 };
    assert.deepEqual(codes(report), ['verdict.probable', 'verdict.probableWhy']);
    const said = verdict(report).map(({ message }) => message);
    assert.match(said[0], /^a is very likely the best .*, though not significantly ahead of b\.$/);
    assert.match(said[1], /^P\(best\) is 99 %; a winner is named only where .* significant/);
  });
  it('says how many samples would settle a tie: those that were not scored, or more labels', () => {
    const report = reportOf([a, b, c], 2);
    const said = (half: number, available: number, scored = 1000) => {
      report.dataset = { ...report.dataset, scored, available };
      const pair = { value: 0.1, low: 0.1 - half, high: 0.1 + half };
      report.ranking.differences = [{ models: [a.id, b.id], ...pair }];
      const [, , more] = verdict(report);
      return more && [more.code, more.params.n];
    };
    // Two comparisons at once, with a power of 80 %: (2.2414 + 0.8416) / 1.96 half widths, squared 2.474.
    assert.deepEqual(said(0.2, 1000), ['verdict.labelMore', '9,000']);
    assert.deepEqual(said(0.2, 2000), ['verdict.labelMore', '8,000']);
    assert.deepEqual(said(0.2, 9900), ['verdict.scoreMore', '9,900']);
    assert.deepEqual(said(0.1, 1000), ['verdict.labelMore', '1,500']);
    // Of few samples the differences are not yet what they are on more.
    assert.deepEqual(said(0.1, 100, 100), ['verdict.labelMore', '150']);
    assert.equal(said(0.1, 90, 90), undefined);
    assert.equal(said(0.05, 1000), undefined);
    assert.equal(said(0.4, 1000), undefined);
    report.ranking.differences = [{ models: [a.id, b.id], value: 0.1, low: null, high: null }];
    assert.equal(verdict(report).length, 2);
  });
  it('says so when nothing beats shuffled labels, with one model, and with none', () => {
    const report = reportOf([a, b], 2);
    report.ranking.signal = false;
    assert.deepEqual(codes(report), ['verdict.noSignal']);
    assert.deepEqual(codes(reportOf([a])), ['verdict.oneSignal']);
    assert.deepEqual(codes(reportOf([failedModel('x')])), ['verdict.allFailed']);
  });
});

describe('the forms of a report', () => {
  const hostile = scoredModel('=cmd|"x",\u001b[31m<b>', -0.7);
  const report = reportOf([scoredModel('a', -0.4), hostile, failedModel('broken')], 2);

  it('is valid by its own schema', () => {
    assert.deepEqual(reportSchema.parse(report), report);
    assert.deepEqual(JSON.parse(reportForms.json(report)), JSON.parse(JSON.stringify(report)));
  });
  it('gives the members of a tie group one rank', () => {
    assert.equal(rankLabel(report, 'a'), '1–2');
    assert.equal(rankLabel(report, hostile.id), '1–2');
    assert.equal(rankLabel(reportOf([scoredModel('a', 0), scoredModel('b', 0)]), 'b'), '2');
  });
  it('prints nothing that a terminal would obey, and lists failures', () => {
    const text = toText(report);
    assert.ok(!text.includes('\u001b'));
    assert.match(text, /Failed:\n {2}\/models\/broken/);
    const lines = text.split('\n');
    assert.equal(
      lines[0].indexOf('P(best)') + 'P(best)'.length,
      lines[1].indexOf('50 %') + '50 %'.length,
    );
  });
  it('says why a score is not to be trusted and why a model is not ranked', () => {
    const doubtful = reportOf([scoredModel('a', -0.4)]);
    doubtful.ranking.unranked.push({ id: 'b', reason: 'no finite score' });
    assert.match(toText(doubtful), /\n\* not computed\n[\s\S]*Not ranked: b\. no finite score/);
    const markdown = toMarkdown(doubtful);
    assert.match(markdown, /\n- \\\* not computed\n/);
    assert.match(markdown, /\n- Not ranked: b\. no finite score\n/);
  });
  it('tells paths from the open folder on where it is sent to somebody, whatever they stand in', () => {
    const made = reportOf([scoredModel('a', -0.4), failedModel('broken')]);
    assert.match(toMarkdown(made), /\/models\/broken/);
    const sent = asSent(made, { folder: '/models/', home: '/home/user/' });
    assert.equal(sent.models[0].path, 'a/model.onnx');
    assert.ok(!JSON.stringify(sent).includes('/models/'));
    assert.deepEqual(sent.models[0].scores, made.models[0].scores);
  });
  it('tells paths outside it from where the models and the data lie, and the home by ~', () => {
    const made = reportOf([scoredModel('a', -0.4), scoredModel('b', -0.5)]);
    made.models[0].path = 'C:\\nets\\a\\model.onnx';
    made.models[1].path = 'C:\\nets\\b.onnx';
    made.dataset.path = '/mnt/my-data/birds';
    const message = '/mnt/my-data/birds/1.png, "/home/user/cache" and /old/mnt/my-data/x: no file';
    made.warnings = [{ code: 'x', message, params: {}, models: [] }];
    const script = `model = ${JSON.stringify(made.models[1].path)}`;
    made.next = {
      ...{ model: 'a', intent: 'fineTune', language: 'python' },
      framework: 'x',
      script,
    };
    const sent = asSent(made, { folder: '/elsewhere/', home: '/home/user/' });
    assert.deepEqual(
      [...sent.models, sent.dataset].map(({ path }) => path),
      ['a\\model.onnx', 'b.onnx', 'birds'],
    );
    assert.equal(
      sent.warnings[0].message,
      'birds/1.png, "~/cache" and /old/mnt/my-data/x: no file',
    );
    assert.equal(sent.next?.script, 'model = "b.onnx"');
    // Of a root nothing can be told, and nothing may be taken for it.
    made.models[1].path = '/b.onnx';
    made.warnings[0].message = 'https://example.org/x';
    const kept = asSent(made, { folder: '//', home: '//' });
    assert.deepEqual(
      [kept.models[1].path, kept.warnings[0].message],
      ['/b.onnx', 'https://example.org/x'],
    );
  });
  it('is made of a run that ended before its first model', () => {
    const made = { ...reportOf([scoredModel('a', -0.4)]), models: [] };
    made.dataset.path = '/home/user/birds';
    assert.equal(asSent(made, { home: '/home/user/' }).dataset.path, 'birds');
  });
  it('escapes in Markdown what would be more than text, and no more', () => {
    const same = 'LEEP (leave-one-out): 4 {a} 1/2 - 3 + 4 #5!';
    assert.equal(escapeMarkdown(same), same);
    assert.equal(
      ['# a', '1. b', '- c', '2) d', '+ e'].map(escapeMarkdown).join(' '),
      '\\# a 1\\. b \\- c 2\\) d \\+ e',
    );
    assert.equal(
      escapeMarkdown('<b>*x*_y_ ![z](u) `q` |'),
      '&lt;b&gt;\\*x\\*\\_y\\_ !\\[z\\](u) \\`q\\` \\|',
    );
  });
  it('writes CSV that a spreadsheet reads back and does not run', () => {
    const lines = toCsv(report).trimEnd().split('\n');
    assert.equal(lines.length, 4);
    assert.ok(lines[2].includes(`"'=cmd|""x"",`), lines[2]);
    assert.ok(lines[1].includes(',-0.4,'), 'full precision, ASCII minus');
  });
  it('writes Markdown in which names are text', () => {
    const text = toMarkdown(report);
    assert.ok(!text.includes('<b>'));
    assert.match(text, /\\\|/);
    const rows = text.split('\n').filter(line => line.startsWith('|'));
    const cells = (row: string) => row.replace(/\\\|/g, '').split('|').length;
    assert.ok(rows.every(row => cells(row) === cells(rows[0])));
  });
});

describe('tab-separated values', () => {
  it('have a line a model and the cells of the CSV, whatever the names hold', () => {
    const [a, b] = [scoredModel('a', -0.4), { ...scoredModel('b', -0.5), name: 'two\tin\none' }];
    const report = reportOf([a, { ...b, path: '=1+1' }]);
    const lines = toTsv(report)
      .trimEnd()
      .split('\n')
      .map(line => line.split('\t'));
    assert.deepEqual(lines[0], toCsv(report).split('\n')[0].split(','));
    assert.equal(lines.length, 3);
    assert.ok(lines.every(line => line.length === lines[0].length));
    assert.deepEqual(lines[2].slice(2, 4), ['two in one', "'=1+1"]);
  });
});
