import assert from 'node:assert/strict';
import { messages } from '../../../src/protocol/messages.js';
import { failure, fill, notice, noticeOf } from '../../../src/protocol/notice.js';

describe('notices', () => {
  it('fills the placeholders and leaves hostile values alone', () => {
    assert.equal(fill('{a} and {b}', { a: '{b}', b: '$&' }), '{b} and $&');
    assert.equal(notice('model.empty', { file: 'x.onnx' }).message.startsWith('x.onnx: '), true);
  });
  it('groups the digits of counts, and leaves names that are numbers', () => {
    const text = notice('run.dropped', { n: 1234, of: 20_000 }).message;
    assert.match(text, /1,234 of 20,000/);
    assert.equal(fill('{a}, {b}, {c}', { a: '2019', b: 0.0001, c: -3 }), '2019, 0.0001, -3');
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
