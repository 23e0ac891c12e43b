import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { datasetLayouts } from '../../../src/datasets/index.js';
import { defaultMeasures, measures } from '../../../src/measures/index.js';
import { modelFormats } from '../../../src/models/index.js';
import { messages } from '../../../src/protocol/messages.js';
import { root } from '../../support/referenceData.js';
import { readJson, readSources, withoutComments } from './sources.js';

interface Manifest {
  icon: string;
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    jsonValidation?: { url: string }[];
    configuration: {
      properties: Record<string, { items?: { enum?: string[] }; default: unknown }>;
    };
  };
}
type Texts = Record<string, string>;

const manifest = readJson<Manifest>('package.json');
const { commands, menus } = manifest.contributes;

/** Commands of context menus that also make sense without the thing that was clicked: they ask for it. */
const alsoInPalette = [
  'transferlens.scoreTransferability',
  'transferlens.cancel',
  'transferlens.compareRuns',
  'transferlens.exportReport',
];

describe('the manifest', () => {
  it('gives every command a translated title and the category', () => {
    assert.ok(commands.length > 0);
    for (const { command, title, category } of commands) {
      assert.match(title, /^%[\w.]+%$/, command);
      assert.equal(category, 'TransferLens', command);
    }
  });

  it('names only commands that exist in menus', () => {
    const known = new Set(commands.map(({ command }) => command));
    const used = Object.values(menus).flatMap(items => items.map(({ command }) => command));
    assert.deepEqual(
      used.filter(command => !known.has(command)),
      [],
    );
  });

  it('hides from the palette what needs a thing that was clicked', () => {
    const hidden = (menus.commandPalette ?? [])
      .filter(({ when }) => when === 'false')
      .map(({ command }) => command);
    const clicked = Object.entries(menus)
      .filter(([menu]) => menu.endsWith('/context'))
      .flatMap(([, items]) => items.map(({ command }) => command));
    assert.ok(clicked.length > 0);
    assert.deepEqual(
      clicked.filter(command => !hidden.includes(command) && !alsoInPalette.includes(command)),
      [],
    );
  });

  it('shows context menu items only where they apply', () => {
    for (const [menu, items] of Object.entries(menus))
      for (const { command, when } of items) assert.ok(when, `${command} in ${menu}`);
  });

  it('offers in its views what runs models only where the workspace is trusted', () => {
    const running = /\.(score|rank|choose(Output|Arrays|Columns))/;
    const items = Object.entries(menus)
      .filter(([menu]) => menu.startsWith('view/'))
      .flatMap(([, inMenu]) => inMenu)
      .filter(({ command }) => running.test(command));
    assert.ok(items.length > 0);
    for (const { command, when } of items) assert.match(when ?? '', /isWorkspaceTrusted/, command);
  });

  it('names files that exist', () => {
    const files = [
      manifest.icon,
      ...(manifest.contributes.jsonValidation ?? []).map(({ url }) => url),
    ];
    assert.deepEqual(
      files.filter(file => !existsSync(join(root, file))),
      [],
    );
  });
});

describe('translations', () => {
  const english = readJson<Texts>('package.nls.json');
  const chinese = readJson<Texts>('package.nls.zh-cn.json');
  const bundle = readJson<Texts>('l10n/bundle.l10n.zh-cn.json');

  it('of the manifest exist for each of its keys, and no others', () => {
    const text = readFileSync(join(root, 'package.json'), 'utf8');
    const used = [...new Set([...text.matchAll(/"%([\w.]+)%"/g)].map(match => match[1]))].sort();
    assert.deepEqual(Object.keys(english).sort(), used);
    assert.deepEqual(Object.keys(chinese).sort(), used);
  });

  it('of the measures that a setting offers are those of their table', () => {
    const setting = manifest.contributes.configuration.properties['transferlens.measures'];
    const { items, default: byDefault } = setting;
    assert.deepEqual(byDefault, defaultMeasures);
    assert.deepEqual(
      items?.enum,
      measures.map(({ id }) => id),
    );
    for (const { id, name, hint } of measures) {
      assert.equal(english[`measure.${id}`], `${name}. ${hint}`);
      assert.equal(chinese[`measure.${id}`], `${bundle[name] ?? name}。${bundle[hint]}`);
    }
  });

  it('exist for every text that the code shows', () => {
    const shown = shownTexts();
    assert.deepEqual(
      shown.filter(text => !(text in bundle)),
      [],
    );
  });

  it('exist for no text that is not shown any more', () => {
    const shown = new Set(shownTexts());
    assert.deepEqual(
      Object.keys(bundle).filter(text => !shown.has(text)),
      [],
    );
  });

  it('keep the placeholders', () => {
    const all = [
      ...Object.entries(bundle),
      ...Object.keys(english).map(key => [english[key], chinese[key]]),
    ];
    for (const [text, translation] of all)
      assert.deepEqual(placeholders(translation), placeholders(text), text);
  });

  it('are Chinese', () => {
    const all = [...Object.values(bundle), ...Object.values(chinese)];
    const foreign = all.filter(text => !/\p{Script=Han}/u.test(text));
    // Names and notations are the same in every language.
    assert.deepEqual(
      foreign.filter(text => /[a-z]{3,} [a-z]{3,}/.test(text)),
      [],
    );
  });
});

function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g))].sort();
}

/** One word with two capitals or more (LEEP, LogME, kNN): the name is the same in every language. */
const abbreviation = /^\S*\p{Lu}\S*\p{Lu}\S*$/u;

/**
 * Every text made outside the editor, names of formats and layouts, what measures are called and say of themselves, and every literal that is given to
 * `vscode.l10n.t` or to a function `t` that stands for it.
 */
function shownTexts(): string[] {
  const texts = new Set<string>(Object.values(messages));
  for (const { name, hint, validity } of measures) {
    if (!abbreviation.test(name)) texts.add(name);
    texts.add(hint);
    texts.add(validity);
  }
  for (const { name } of [...datasetLayouts, ...modelFormats])
    if (!abbreviation.test(name)) texts.add(name);
  for (const { text } of readSources()) {
    const code = withoutComments(text);
    for (const { index, 0: found } of code.matchAll(/(?<![\w.]|function )(vscode\.l10n\.)?t\(/g))
      for (const literal of literalsAt(code.slice(index + found.length))) texts.add(literal);
  }
  return [...texts];
}

/** The text that code starts with (`'a' + 'b', ...`), or the texts of `cond ? 'a' : 'b'`. */
function literalsAt(code: string): string[] {
  const literal = /^\s*(?:message:\s*)?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/;
  const start = code.replace(/^\s*\{/, '');
  const match = literal.exec(start) ?? literal.exec(start.replace(/^[^'"(),]*\?/, ''));
  if (!match) return [];
  const rest = start.slice(start.indexOf(match[1]) + match[1].length);
  const joined = /^\s*\+/.test(rest) ? literalsAt(rest.replace(/^\s*\+/, '')) : [];
  const other = /^\s*:/.test(rest) ? literalsAt(rest.replace(/^\s*:/, '')) : [];
  return [unquote(match[1]) + (joined[0] ?? ''), ...other];
}

function unquote(literal: string): string {
  const inner = literal
    .slice(1, -1)
    .replace(/\\'/g, "'")
    .replace(/(?<!\\)"/g, '\\"');
  return JSON.parse(`"${inner}"`);
}
