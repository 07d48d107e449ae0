import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sayWhy } from '../../../shared/texts/index.ts';
import { failed } from '../../../shared/failure.ts';
import { HttpRequests, longestHeadBytes } from './http-requests.ts';
import { cutAt } from '../../../shared/testing/cut-at.ts';

function reading() {
  const seen: string[] = [];
  const requests = new HttpRequests({
    head: ({ expectsContinue }) => expectsContinue && seen.push('continue?'),
    request: ({ method, closes }) => seen.push(closes ? `${method} closes` : method),
    bad: (name) => seen.push(`bad: ${sayWhy({ ...failed('HTTP_BAD_REQUEST', { name }) })}`),
  });
  return { requests, seen };
}

function read(...chunks: string[]): string[] {
  const { requests, seen } = reading();
  for (const chunk of chunks) requests.push(Buffer.from(chunk, 'latin1'));
  return seen;
}

describe('requests', () => {
  test('end with the empty line behind their head', () => {
    expect(read('GET / HTTP/1.1\r\nHost: a\r\n')).toEqual([]);
    expect(read('GET / HTTP/1.1\r\nHost: a\r\n', '\r\n')).toEqual(['GET']);
  });

  test('may end their lines with LF alone, and have empty lines before them', () => {
    expect(read('\r\n\nGET / HTTP/1.1\nHost: a\n\n')).toEqual(['GET']);
  });

  test('close by HTTP/1.0 and by Connection: close', () => {
    expect(read('GET / HTTP/1.0\r\n\r\n')).toEqual(['GET closes']);
    expect(read('GET / HTTP/1.1\r\nconnection: keep-alive, Close\r\n\r\n')).toEqual(['GET closes']);
    expect(read('GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n')).toEqual(['GET']);
  });

  test('are complete with their body, by its length', () => {
    const head = 'POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n';
    expect(read(head, 'hel')).toEqual([]);
    expect(read(head, 'hel', 'loGET / HTTP/1.1\r\n\r\n')).toEqual(['POST', 'GET']);
  });

  test('are complete with their last chunk and its trailers', () => {
    const head = 'POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n';
    const body = '5;a=b\r\nhello\r\nA \r\n0123456789\r\n0\r\nX-Sum: 1\r\n';
    expect(read(head + body)).toEqual([]);
    expect(read(`${head}${body}\r\nHEAD / HTTP/1.1\r\n\r\n`)).toEqual(['POST', 'HEAD']);
  });

  test('say when they wait to be told to go on', () => {
    const head = 'PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: ';
    expect(read(`${head}1\r\n\r\n`)).toEqual(['continue?']);
    expect(read(`${head}0\r\n\r\n`)).toEqual(['PUT']);
    expect(read(`${head.replace('1.1', '1.0')}1\r\n\r\n`)).toEqual([]);
  });

  test('may have headers of nothing but blanks, as many as a head has room for', () => {
    const blanks = ' \t'.repeat(30_000);
    expect(read(`GET / HTTP/1.1\r\nX: a${blanks}b\r\n\r\n`)).toEqual(['GET']);
    expect(read(`GET / HTTP/1.1\r\nConnection:${blanks}close${' \t'.repeat(9)}\r\n\r\n`)).toEqual([
      'GET closes',
    ]);
    expect(read(`GET / HTTP/1.1\r\nX:\r\nY:${blanks}\r\n\r\n`)).toEqual(['GET']);
  });

  test('are the same wherever the stream is cut', () => {
    const parts = [
      'GET /a HTTP/1.1\r\nHost: x\r\n\r\n',
      'POST / HTTP/1.1\r\nContent-Length: 12\r\n\r\nGET / HTTP/1',
      'PUT / HTTP/1.1\nTransfer-Encoding: chunked\n\n3\r\nabc\r\n0\r\n\r\n',
      '\r\nHEAD / HTTP/1.1\r\n\r\n',
      'POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi',
      'NO REQUEST\r\n\r\n',
    ];
    const stream = fc.array(fc.constantFrom(...parts), { maxLength: 6 }).map((some) => some.join(''));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(400)), (whole, places) => {
        const chunks = cutAt(Buffer.from(whole), places).map((chunk) => Buffer.from(chunk).toString());
        expect(read(...chunks)).toEqual(read(whole));
      }),
    );
  });
});

describe('what is no request', () => {
  test.each([
    ['hello\r\n', 'A request begins'],
    ['GET /\r\n', 'A request begins'],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'A request begins'],
    ['GET  / HTTP/1.1\r\n', 'A request begins'],
    ['\x16\x03\x01\x02\x00\x01', 'This is not HTTP'],
    ['GET / HTTP/1.1\r\nHost : a\r\n', 'A header is not'],
    ['GET / HTTP/1.1\r\n folded: a\r\n', 'A header is not'],
    ['GET / HTTP/1.1\r\nno colon\r\n', 'A header is not'],
    ['GET / HTTP/1.1\r\nContent-Length: -1\r\n', 'Content-Length is not'],
    ['GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n', 'Content-Length is not'],
    ['POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 'Where the body ends'],
    ['POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n', 'Where the body ends'],
    ['POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n', 'Where the body ends'],
    ['POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n', 'A chunk does not begin'],
    ['POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n', 'A chunk is longer'],
  ])('%j is told once, and nothing after it is read', (text, reason) => {
    const seen = read(text, 'GET / HTTP/1.1\r\n\r\n');
    expect(seen).toEqual([expect.stringContaining(`bad: ${reason}`)]);
  });

  test('a head without end is refused at its bound', () => {
    const line = `X: ${'a'.repeat(1000)}\r\n`;
    const { requests, seen } = reading();
    requests.push(Buffer.from('GET / HTTP/1.1\r\n'));
    for (let sent = 0; sent < 2 * longestHeadBytes; sent += line.length) requests.push(Buffer.from(line));
    expect(seen).toEqual(['bad: The head is longer than 64 KiB.']);
    expect(read(`GET /${'a'.repeat(longestHeadBytes)}`)).toEqual(['bad: The head is longer than 64 KiB.']);
  });

  test('a request that stops in its middle is told when the peer has finished', () => {
    for (const begun of [
      'GET / HT',
      'GET / HTTP/1.1\r\n',
      'POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc',
    ]) {
      const { requests, seen } = reading();
      requests.push(Buffer.from(begun));
      requests.finish();
      expect(seen).toEqual(['bad: The request ended in its middle.']);
    }
    const { requests, seen } = reading();
    requests.push(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    requests.finish();
    expect(seen).toEqual(['GET']);
  });

  test('any bytes at all are read without an exception', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
        const { requests, seen } = reading();
        for (const chunk of chunks) requests.push(chunk);
        requests.finish();
        expect(seen.filter((event) => event.startsWith('bad')).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
