import assert from 'node:assert/strict';
import Module from 'node:module';
import { join, relative } from 'node:path';
import * as vscode from 'vscode';
import { root } from '../support/referenceData.js';

describe('activation', () => {
  const extension = vscode.extensions.getExtension('transferlens.transferlens');

  before(async () => {
    await extension?.activate();
  });

  it('works in this VS Code', () => {
    assert.equal(extension?.isActive, true);
    assert.equal(extension.extensionPath === root, !process.env.TRANSFERLENS_VSIX);
  });

  it('registers every command that the manifest promises', async () => {
    const promised: { command: string }[] = extension?.packageJSON.contributes.commands;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(promised.length > 0);
    assert.deepEqual(
      promised.map(({ command }) => command).filter(command => !registered.has(command)),
      [],
    );
  });

  it('requires one file, and no ML code', () => {
    const { _cache: cache } = Module as unknown as { _cache: Record<string, unknown> };
    const files = Object.keys(cache).map(path => relative(extension?.extensionPath ?? '', path));
    const ours = files.filter(path => path.startsWith('dist'));
    assert.deepEqual(ours, [join('dist', 'extension.js')]);
    assert.deepEqual(
      files.filter(path => /onnxruntime|sharp|tensorflow/.test(path)),
      [],
    );
  });

  it('loads no native library of an ML runtime', () => {
    const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: string[] };
    assert.ok(sharedObjects.length > 0);
    assert.deepEqual(
      sharedObjects.filter(path => /onnxruntime|sharp|vips|tensorflow/.test(path)),
      [],
    );
  });
});
