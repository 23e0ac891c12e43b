import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messages } from '../../../src/protocol/messages.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json'));
const english: Record<string, string> = JSON.parse(read('package.nls.json'));
const chinese: Record<string, string> = JSON.parse(read('package.nls.zh-cn.json'));
const bundle: Record<string, string> = JSON.parse(read('l10n/bundle.l10n.zh-cn.json'));
const editor = readdirSync(join(root, 'src/editor')).map(name => read(`src/editor/${name}`));
const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe('manifest', () => {
  it('words every text in both languages, and no text that is not there', () => {
    const used = [...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map(m => m[1]);
    assert.ok(used.length > 0);
    assert.deepEqual(Object.keys(english).sort(), [...new Set(used)].sort());
    assert.deepEqual(Object.keys(chinese).sort(), Object.keys(english).sort());
  });

  it('gives every command a category and a title of few words, verb first', () => {
    for (const { command, category, title } of manifest.contributes.commands) {
      assert.match(command, /^transferlens\.\w+$/);
      assert.equal(category, 'TransferLens', command);
      assert.match(english[title.slice(1, -1)], /^[A-Z][\w ]{3,40}$/, command);
    }
  });

  it('registers every command, and menus name no other', () => {
    const declared = manifest.contributes.commands.map((c: { command: string }) => c.command);
    const source = editor.join('\n');
    for (const command of declared) assert.ok(source.includes(`'${command}':`), command);
    const menus = Object.values<{ command: string }[]>(manifest.contributes.menus).flat();
    for (const { command } of menus) assert.ok(declared.includes(command), command);
  });

  it('has a default and a description for every setting', () => {
    for (const [id, setting] of Object.entries<Record<string, unknown>>(
      manifest.contributes.configuration.properties,
    )) {
      assert.ok(id.startsWith('transferlens.'), id);
      assert.ok('default' in setting && 'markdownDescription' in setting, id);
    }
  });

  it('lets no untrusted workspace choose what is executed', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.deepEqual(restrictedConfigurations, ['transferlens.nodePath']);
    const { scope } = manifest.contributes.configuration.properties['transferlens.nodePath'];
    assert.equal(scope, 'machine');
  });

  it('names pictures that are there', () => {
    assert.ok(existsSync(join(root, manifest.icon)));
  });
});

describe('translations', () => {
  it('have every text of the editor and every message', () => {
    const texts = editor.flatMap(source =>
      [...source.matchAll(/\bt\(\s*'((?:[^'\\]|\\.)*)'/g)].map(m => m[1].replace(/\\'/g, "'")),
    );
    assert.ok(texts.length > 20);
    const missing = [...texts, ...Object.values(messages)].filter(text => !(text in bundle));
    assert.deepEqual([...new Set(missing)], []);
  });

  it('keep the placeholders', () => {
    for (const [text, translation] of Object.entries(bundle))
      assert.deepEqual(placeholders(translation), placeholders(text), text);
  });
});
