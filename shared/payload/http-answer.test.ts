import { describe, expect, test } from 'vitest';
import { closesAfterAnswer, httpAnswer } from './http-answer.ts';
import type { HttpAnswer } from '../settings/settings.ts';

const answer = (changes: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status: 200,
  headers: 'Content-Type: text/plain',
  body: { mode: 'text', text: 'grüß\\n' },
  ...changes,
});
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('an HTTP answer', () => {
  test('is the status line with its reason, the headers as written, and a Content-Length in bytes', () => {
    expect(text(httpAnswer(answer({ headers: 'X-b: 1\n\nx-A:  two ' })))).toBe(
      'HTTP/1.1 200 OK\r\nX-b: 1\r\nx-A:  two \r\nContent-Length: 7\r\n\r\ngrüß\n',
    );
  });

  test('has a Content-Length of 0 when it has no body', () => {
    expect(text(httpAnswer(answer({ status: 404, headers: '', body: { mode: 'text', text: '' } })))).toBe(
      'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n',
    );
  });

  test('keeps the blank behind a status that has no reason', () => {
    expect(text(httpAnswer(answer({ status: 299, headers: '' })))).toMatch(/^HTTP\/1\.1 299 \r\n/);
  });

  test.each([101, 204])('with status %d has neither body nor Content-Length', (status) => {
    expect(text(httpAnswer(answer({ status, headers: 'Content-Length: 7' })))).toMatch(
      /^HTTP\/1\.1 \d+ [\w ]+\r\n\r\n$/,
    );
  });

  test('with status 304 has no body', () => {
    expect(text(httpAnswer(answer({ status: 304 })))).toBe(
      'HTTP/1.1 304 Not Modified\r\nContent-Type: text/plain\r\n\r\n',
    );
  });

  test('to HEAD tells the length of the body that it leaves out', () => {
    expect(text(httpAnswer(answer(), 'HEAD'))).toBe(
      'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\n',
    );
  });

  test('replaces a Content-Length that was written by hand', () => {
    expect(text(httpAnswer(answer({ headers: 'content-length: 99\nA: b' })))).toBe(
      'HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 7\r\n\r\ngrüß\n',
    );
  });

  test('in chunks that were written by hand has no Content-Length', () => {
    const body = { mode: 'text', text: '2\\r\\nhi\\r\\n0\\r\\n\\r\\n' } as const;
    expect(text(httpAnswer(answer({ headers: 'Transfer-Encoding: chunked', body })))).toBe(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
    );
  });

  test('writes characters of header values as single bytes', () => {
    expect([...httpAnswer(answer({ headers: 'X: \u00e9' })).subarray(17, 21)]).toEqual([88, 58, 32, 0xe9]);
  });

  test('closes the connection when its headers say so', () => {
    expect(closesAfterAnswer(answer({ headers: 'A: close\nconnection: Close' }))).toBe(true);
    expect(closesAfterAnswer(answer({ headers: 'X-Connection: close\nConnection: keep-alive' }))).toBe(false);
  });
});
