import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/referenceData.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json'));
const english: Record<string, string> = JSON.parse(read('package.nls.json'));
const chinese: Record<string, string> = JSON.parse(read('package.nls.zh-cn.json'));
const enablement = (command: { enablement?: string }) => command.enablement;
const editor = readdirSync(join(root, 'src/editor'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => read(`src/editor/${name}`));

describe('what the manifest promises', () => {
  it('every command is registered, with a title of few words, verb first', () => {
    const source = editor.join('\n');
    for (const { command, title } of manifest.contributes.commands) {
      assert.ok(source.includes(`'${command}':`), command);
      assert.match(english[title.slice(1, -1)], /^[A-Z][\w ]{3,40}…?$/, command);
    }
  });

  it('every setting is read, and has a default and a description', () => {
    const source = editor.join('\n');
    const settings: Record<string, object> = manifest.contributes.configuration.properties;
    for (const [id, setting] of Object.entries(settings)) {
      assert.ok('default' in setting && 'markdownDescription' in setting, id);
      assert.match(source, new RegExp(`\\.get(?:<unknown>)?\\('${id.split('.')[1]}'`), id);
    }
  });

  it('texts link to settings that exist, which stand in an order of their own', () => {
    const settings: Record<string, { order: number }> =
      manifest.contributes.configuration.properties;
    for (const texts of [english, chinese])
      for (const [key, text] of Object.entries(texts))
        for (const [, id] of text.matchAll(/(?:#|%22)(transferlens\.\w+)/g))
          assert.ok(id in settings, `${key}: ${id}`);
    const orders = Object.values(settings).map(({ order }) => order);
    assert.deepEqual(
      orders,
      orders.map((_, k) => k),
    );
  });

  it('menus and the walkthrough ask for context keys that the code sets', () => {
    const { menus, viewsWelcome, commands, walkthroughs } = manifest.contributes;
    const conditions = JSON.stringify([menus, viewsWelcome, commands.map(enablement)]);
    const asked = [
      ...conditions.matchAll(/(?<!== |"command":"|"view":")transferlens\.(\w+)/g),
      ...JSON.stringify(walkthroughs).matchAll(/"onContext:transferlens\.(\w+)/g),
    ];
    assert.ok(asked.length > 10);
    const source = editor.join('\n');
    for (const [, key] of asked) assert.match(source, new RegExp(`setContext\\(\\s*'${key}'`), key);
  });

  it('no untrusted workspace chooses what is executed', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.deepEqual(restrictedConfigurations, ['transferlens.nodePath', 'transferlens.tfjsNode']);
    for (const id of restrictedConfigurations)
      assert.equal(manifest.contributes.configuration.properties[id].scope, 'machine', id);
  });
});
