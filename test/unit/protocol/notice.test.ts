import assert from 'node:assert/strict';
import { messages } from '../../../src/protocol/messages.js';
import { failure, fill, notice, noticeOf } from '../../../src/protocol/notice.js';

describe('notices', () => {
  it('fills the placeholders and leaves hostile values alone', () => {
    assert.equal(fill('{a} and {b}', { a: '{b}', b: '$&' }), '{b} and $&');
    assert.equal(notice('model.empty', { file: 'x.onnx' }).message.startsWith('x.onnx: '), true);
  });
  it('wraps an error that is not ours without its stack', () => {
    const wrapped = noticeOf(new TypeError('boom'));
    assert.equal(wrapped.code, 'internal');
    assert.match(wrapped.message, /boom/);
    assert.doesNotMatch(wrapped.message, / at /);
    assert.equal(noticeOf(failure('model.empty', { file: 'x' })).code, 'model.empty');
  });
  it('names the file first in every message about a file, and ends every sentence', () => {
    for (const [code, text] of Object.entries(messages)) {
      if (text.includes('{file}')) assert.ok(text.startsWith('{file}'), code);
      // Words that other messages are filled with are no sentences.
      if (!code.startsWith('content.')) assert.match(text, /[.})]$/, code);
    }
  });
});
