import assert from 'node:assert/strict';
import * as vscode from 'vscode';

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
  before(() => vscode.extensions.getExtension('transferlens.transferlens')?.activate());

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
