import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';

const { lm } = vscode;

/** What a tool answers, as a language model reads it. */
async function answer(tool: string, input: object): Promise<string> {
  const result = await lm.invokeTool(tool, { input, toolInvocationToken: undefined });
  return result.content
    .map(part => (part instanceof vscode.LanguageModelTextPart ? part.value : ''))
    .join('');
}

describe('the tools for chat', () => {
  before(() => vscode.extensions.getExtension('transferlens.transferlens')?.activate());

  it('are known to the editor, with the input they take', () => {
    const ours = new Map(lm.tools.map(tool => [tool.name, tool]));
    for (const [name, inputs] of [
      ['rank_source_models', ['dataset', 'models']],
      ['explain_transferability_score', ['model']],
    ] as const) {
      const schema = ours.get(name)?.inputSchema as { properties: object } | undefined;
      assert.deepEqual(Object.keys(schema?.properties ?? {}).sort(), inputs, name);
    }
  });

  it('say what is wrong with an input', async () => {
    await assert.rejects(
      answer('rank_source_models', { models: 'lenet' }),
      /does not fit the tool/,
    );
  });

  it('rank the models of the workspace, and explain a score', async () => {
    const ranking = await answer('rank_source_models', {});
    assert.match(ranking, /optdigits/);
    const order = ['lenet-mnist', 'cnn-vehicles', 'cnn-random'].map(name => ranking.indexOf(name));
    assert.ok(order[0] > 0 && order[0] < order[1] && order[1] < order[2], ranking);

    const leader = await answer('explain_transferability_score', {});
    assert.match(leader, /^# lenet-mnist on optdigits/);
    assert.match(leader, /Rank 1 of 4 by leepLoo/);
    assert.match(
      leader,
      /\*\*LEEP \(leave-one-out\)\*\* −1\.606, 95 % interval \[−1\.\d+, −1\.\d+\]/,
    );

    const random = await answer('explain_transferability_score', { model: 'cnn-random' });
    assert.match(random, /^# cnn-random on optdigits/);
    await assert.rejects(
      answer('explain_transferability_score', { model: 'nobody' }),
      /no model "nobody" in the last ranking; it has .*lenet-mnist/,
    );
  });

  it('take paths below the workspace', async () => {
    const only = await answer('rank_source_models', {
      models: [join('models', 'cnn-vehicles', 'model.onnx')],
    });
    assert.match(only, /cnn-vehicles/);
    assert.doesNotMatch(only, /lenet-mnist/);
  });
});
