import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

const id = 'transferlens.transferlens';

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(id);
  assert.ok(found, `${id} is installed`);
  return found;
}

/** Waits for a condition that VS Code brings about in its own time. */
async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const start = Date.now(); Date.now() - start < 30_000; ) {
    if (await condition()) return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  assert.fail(`did not happen: ${what}`);
}

const panelIsOpen = () =>
  vscode.window.tabGroups.all
    .flatMap(group => group.tabs)
    .some(
      ({ input }) =>
        input instanceof vscode.TabInputWebview && input.viewType.includes('transferlens.panel'),
    );

describe('the extension inside VS Code', () => {
  it('activates in a workspace with models and loads no ML code', async () => {
    const started = performance.now();
    await extension().activate();
    console.log(`      activated in ${(performance.now() - started).toFixed(0)} ms`);
    const bundle = join(extension().extensionPath, 'dist', 'extension.js');
    const loaded = Object.keys(require.cache).filter(path => path.startsWith(bundle.slice(0, -12)));
    assert.deepEqual(
      loaded.filter(path => path !== bundle),
      [],
    );
    const meta = JSON.parse(
      readFileSync(join(extension().extensionPath, 'dist', 'extension.meta.json'), 'utf8'),
    );
    const inputs = Object.keys(meta.inputs);
    assert.ok(inputs.includes('src/extension.ts'));
    assert.deepEqual(
      inputs.filter(path => /onnxruntime|sharp|src\/(measures|numerics|predictions)\//.test(path)),
      [],
    );
    const native = Object.keys(require.cache).filter(path => /onnxruntime|sharp|tfjs/.test(path));
    assert.deepEqual(native, []);
  });

  it('registers every command of its manifest', async () => {
    const registered = await vscode.commands.getCommands(true);
    const declared: { command: string }[] = extension().packageJSON.contributes.commands;
    assert.deepEqual(
      declared.map(c => c.command).filter(command => !registered.includes(command)),
      [],
    );
  });

  it('has the defaults of its settings', () => {
    const settings = vscode.workspace.getConfiguration('transferlens');
    assert.equal(settings.get('maxSamples'), 'auto');
    assert.equal(settings.get('split'), 'auto');
    assert.equal(settings.get('seed'), 0);
    assert.equal(settings.get('threads'), 0);
    assert.equal(settings.get('cacheLimit'), 10);
    assert.equal(settings.get('nodePath'), '');
    assert.ok(settings.get<string[]>('exclude')?.includes('**/node_modules'));
  });

  it('opens the comparison panel, once', async () => {
    await vscode.commands.executeCommand('transferlens.openPanel');
    await until(panelIsOpen, 'the panel is open');
    await vscode.commands.executeCommand('transferlens.openPanel');
    const panels = vscode.window.tabGroups.all
      .flatMap(group => group.tabs)
      .filter(tab => tab.input instanceof vscode.TabInputWebview);
    assert.equal(panels.length, 1);
    await vscode.window.tabGroups.close(panels);
    await until(() => !panelIsOpen(), 'the panel is closed');
  });
});
