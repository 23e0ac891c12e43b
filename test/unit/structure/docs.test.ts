import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withFormats } from '../../../scripts/lib/formats.js';
import { defaultMeasures, type Measure, measures } from '../../../src/measures/index.js';
import { messages } from '../../../src/protocol/messages.js';
import { regimeChecks } from '../../../src/ranking/index.js';
import { root } from '../../support/referenceData.js';

/** Cells of a row of docs/measures.md that are facts of a measure; behind them stands what its interval holds fixed. */
const facts = ['id', 'name', 'family', 'needs', 'predicts', 'range', 'cost', 'validity', 'source'];

const measuresPage = readFileSync(join(root, 'docs/measures.md'), 'utf8');

describe('docs/measures.md', () => {
  const rows = new Map(tableRows(measuresPage).map(cells => [idOf(cells), cells]));

  it('has a row for every measure, in the order in which they are shown', () => {
    assert.deepEqual(
      [...rows.keys()],
      measures.map(m => m.id),
    );
  });

  it('says of each what its file says', () => {
    for (const measure of measures) {
      const cells = rows.get(measure.id);
      assert.ok(cells, `${measure.id} wants a row: | ${factsOf(measure).join(' | ')} | … |`);
      assert.equal(cells.length, facts.length + 1, measure.id);
      assert.deepEqual(cells.slice(0, facts.length), factsOf(measure));
      assert.match(cells[facts.length], /\w/, measure.id);
    }
  });

  it('marks what is computed by default', () => {
    const bold = [...rows.keys()].filter(id => rows.get(id)?.[0].startsWith('**'));
    assert.deepEqual([...bold].sort(), [...defaultMeasures].sort());
  });

  it('has a row for every way in which scores mislead, in the order of the warnings', () => {
    const known = regimeChecks.map(({ code, pitfall }) => `| ${pitfall} | \`${code}\` |`);
    const told = [...measuresPage.matchAll(/^\| .+? \| `run\.\w+` \|/gm)].map(([row]) => row);
    assert.deepEqual(told, known);
  });

  it('names codes of warnings that exist', () => {
    const named = [...measuresPage.matchAll(/`((?:runs?|verdict)\.\w+)`/g)].map(([, code]) => code);
    assert.deepEqual(
      named.filter(code => !(code in messages)),
      [],
    );
  });
});

describe('README.md', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');

  it('has the tables of formats that the code has (else run: npx tsx scripts/formats.mts)', () => {
    assert.equal(withFormats(text), text);
  });

  it('names every measure', () => {
    assert.deepEqual(
      measures.filter(({ name }) => !text.includes(name)).map(({ id }) => id),
      [],
    );
  });

  it('links to files that exist, as do all pages of docs/', () => {
    const docs = readdirSync(join(root, 'docs')).filter(name => name.endsWith('.md'));
    const pages = ['README.md', 'CHANGELOG.md', ...docs.map(name => `docs/${name}`)];
    const broken = pages.flatMap(page => {
      const links = readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)#:]+)\)/g);
      return [...links]
        .map(([, link]) => join(dirname(page), link))
        .filter(link => !existsSync(join(root, link)));
    });
    assert.deepEqual(broken, []);
  });
});

describe('docs/contributing.md', () => {
  const text = readFileSync(join(root, 'docs/contributing.md'), 'utf8');

  it('has a row for every room', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true });
    const rooms = folders.flatMap(f => (f.isDirectory() ? `src/${f.name}` : []));
    const told = [...text.matchAll(/^\| `((?:src\/)?\w+)` \|/gm)].map(([, room]) => room);
    assert.deepEqual(told.sort(), [...rooms, 'webview'].sort());
  });

  it('names files and folders that exist', () => {
    const named = [...text.matchAll(/`((?:src|test|scripts|docs|bench|media|l10n)\/[\w./-]+)`/g)];
    const made = /\/(x|NAME)\b/;
    const gone = named.map(([, path]) => path).filter(path => !existsSync(join(root, path)));
    assert.deepEqual(
      gone.filter(path => !made.test(path)),
      [],
    );
  });
});

/** Cells of the rows of all tables whose first cell is code. */
function tableRows(markdown: string): string[][] {
  return [...markdown.matchAll(/^\| (?:\*\*)?`.*\|$/gm)].map(([line]) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map(cell => cell.trim().replaceAll('\\|', '|')),
  );
}

function idOf([first]: string[]): string {
  return first.replace(/[`*]/g, '');
}

function factsOf(measure: Measure): string[] {
  const { id, name, family, needs, predicts, cost, validity, source } = measure;
  const code = `\`${id}\``;
  const shown = defaultMeasures.includes(id) ? `**${code}**` : code;
  return [shown, name, family, needs, predicts, rangeOf(measure), cost, validity, source];
}

/** As in "−∞ to 0 nats, no signal −H(Y)". */
function rangeOf({ range, unit, noSignal }: Measure): string {
  const [low, high] = range.map(x => String(x).replace('Infinity', '∞').replace('-', '−'));
  const signal = noSignal === undefined ? '' : `, no signal ${String(noSignal).replace('-', '−')}`;
  return `${low} to ${high}${unit === undefined || unit === 'count' ? '' : ` ${unit}`}${signal}`;
}
