/** HTTP as clients and servers write it, bodies packed by zlib. */
import type { Sample } from './sample.ts';

const hexOf = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('');
const lines = (...all: string[]): string => all.join('\r\n');

const gzipped =
  '1f8b0800000000000003ab562a4a4d4cc9cc4b57b28a3632d433d53132d233378dd5512acdcb2c51b2527256aa0500512f418c23000000';
const deflated = '789cab562a4a4d4cc9cc4b57b28a3632d433d53132d233378dd5512acdcb2c51b2527256aa0500bb8b09ea';
const rawDeflated = 'ab562a4a4d4cc9cc4b57b28a3632d433d53132d233378dd5512acdcb2c51b2527256aa0500';

const packed = (coding: string, hex: string): Sample => ({
  from: `a response with ${coding}, packed by zlib`,
  hex:
    hexOf(
      lines(
        'HTTP/1.1 200 OK',
        'Content-Type: application/json',
        `Content-Encoding: ${coding}`,
        `Content-Length: ${hex.length / 2}`,
        '',
        '',
      ),
    ) + hex,
  has: [
    ['status', 200],
    ['body', coding],
    [0, 21.5],
    ['unit', 'C'],
  ],
});

const form = lines(
  '--x-boundary',
  'Content-Disposition: form-data; name="note"',
  '',
  'two\r\nlines',
  '--x-boundary',
  'Content-Disposition: form-data; name="file"; filename="a.json"',
  'Content-Type: application/json',
  '',
  '{"a": 1}',
  '--x-boundary--',
  '',
);

export const multipartSamples: readonly Sample[] = [
  {
    from: 'a form with a file',
    text: form,
    has: [
      [0, 'note'],
      [1, 'file'],
      ['content', 'two\r\nlines'],
      ['a', 1],
    ],
  },
  {
    from: 'an empty part, lines that end with LF',
    text: '--b\nContent-Type: text/plain\n\n\n--b--',
    has: [
      ['Content-Type', 'text/plain'],
      ['content', undefined],
    ],
  },
];

export const formSamples: readonly Sample[] = [
  {
    from: 'a form',
    text: 'name=Ada+L&age=36&x=%C3%BC',
    has: [
      ['name', 'Ada L'],
      ['age', '36'],
      ['x', 'ü'],
    ],
  },
  {
    from: 'values that are no escapes',
    text: 'a=100%&b',
    has: [
      ['a', '100%'],
      ['b', undefined],
    ],
  },
  {
    from: 'names in brackets',
    text: 'a[0]=1&a[1]=2',
    has: [
      ['a[0]', '1'],
      ['a[1]', '2'],
    ],
  },
];

export const httpSamples: readonly Sample[] = [
  {
    from: 'curl',
    text: lines(
      'GET /api/v1/orders?page=2 HTTP/1.1',
      'Host: example.com',
      'User-Agent: curl/8.5.0',
      'Accept: */*',
      '',
      '',
    ),
    has: [
      ['method', 'GET'],
      ['target', '/api/v1/orders?page=2'],
      ['version', 'HTTP/1.1'],
      ['Host', 'example.com'],
      ['Accept', '*/*'],
    ],
  },
  {
    from: 'curl -d',
    text: lines(
      'POST /login HTTP/1.1',
      'Host: h',
      'Content-Length: 19',
      'Content-Type: application/x-www-form-urlencoded',
      '',
      'user=ada&pass=a%26b',
    ),
    has: [
      ['user', 'ada'],
      ['pass', 'a&b'],
    ],
  },
  {
    from: 'a JSON API',
    text: lines(
      'PUT /things/1 HTTP/1.1',
      'content-type: application/merge-patch+json; charset=utf-8',
      'content-length: 16',
      '',
      '{"size": [1, 2]}',
    ),
    has: [
      ['method', 'PUT'],
      ['size', '[2]'],
      [1, 2],
    ],
  },
  {
    from: 'a health check',
    text: lines('HTTP/1.0 204 No Content', 'Server: x', '', ''),
    has: [
      ['status', 204],
      ['reason', 'No Content'],
    ],
  },
  {
    from: 'without a reason',
    text: lines('HTTP/1.1 200', 'Content-Length: 2', '', 'ok'),
    has: [
      ['status', 200],
      ['body', 'ok'],
    ],
  },
  {
    from: 'until the connection ends',
    text: lines('HTTP/1.0 200 OK', 'Content-Type: text/plain', '', 'all that comes'),
    has: [['body', 'all that comes']],
  },
  {
    from: 'RFC 9112, 7.1',
    text: lines(
      'HTTP/1.1 200 OK',
      'Transfer-Encoding: chunked',
      '',
      '4',
      'Wiki',
      '5;ext=1',
      'pedia',
      'e',
      ' in\r\n\r\nchunks.',
      '0',
      'Trailer: yes',
      '',
      '',
    ),
    has: [
      ['body', 23],
      ['data', 'Wiki'],
      ['size', 14],
      ['Trailer', 'yes'],
      ['body', 'Wikipedia in\r\n\r\nchunks.'],
    ],
  },
  packed('gzip', gzipped),
  packed('deflate', deflated),
  packed('deflate', rawDeflated),
  packed('x-gzip', gzipped + gzipped.slice(0, 0)),
  {
    from: 'chunks of a packed body',
    hex:
      hexOf(
        lines(
          'HTTP/1.1 200 OK',
          'Content-Type: application/json',
          'Content-Encoding: gzip',
          'Transfer-Encoding: chunked',
          '',
          '14',
          '',
        ),
      ) +
      gzipped.slice(0, 40) +
      hexOf(lines('', '23', '')) +
      gzipped.slice(40) +
      hexOf(lines('', '0', '', '')),
    has: [
      ['unit', 'C'],
      [1, 22.75],
      ['size', 35],
    ],
  },
  {
    from: 'requests one behind another',
    text: lines(
      'GET /1 HTTP/1.1',
      'Host: a',
      '',
      'HEAD /2 HTTP/1.1',
      'Host: a',
      '',
      'GET /3 HTTP/1.1',
      '',
      '',
    ),
    has: [
      ['target', '/1'],
      ['target', '/2'],
      ['target', '/3'],
    ],
  },
  {
    from: 'an answer to HEAD, and the next one',
    text: lines(
      'HTTP/1.1 200 OK',
      'Content-Length: 500',
      '',
      'HTTP/1.1 404 Not Found',
      'Content-Length: 0',
      '',
      '',
    ),
    has: [
      ['status', 200],
      ['status', 404],
    ],
  },
  {
    from: 'RFC 9110, 15.2.1',
    text: lines('HTTP/1.1 100 Continue', '', 'HTTP/1.1 201 Created', 'Content-Length: 1', '', 'x'),
    has: [
      ['status', 100],
      ['status', 201],
      ['body', 'x'],
    ],
  },
  {
    from: 'a form with a file',
    text: lines(
      'POST /up HTTP/1.1',
      'Content-Type: multipart/form-data; boundary=x-boundary',
      `Content-Length: ${form.length}`,
      '',
      form,
    ),
    has: [
      [0, 'note'],
      ['content', 'two\r\nlines'],
      ['a', 1],
    ],
  },
  {
    from: 'the library ws 8.23: an upgrade, and the frames behind it',
    hex:
      hexOf(lines('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', '', '')) +
      '810548656c6c6f',
    has: [
      ['status', 101],
      ['payload', 'Hello'],
    ],
  },
  {
    from: 'SOAP',
    text: lines(
      'HTTP/1.1 500 Internal Server Error',
      'Content-Type: text/xml',
      'Content-Length: 32',
      '',
      '<e:Fault xmlns:e="u">no</e:Fault>'.slice(0, 32),
    ),
    has: [['status', 500]],
  },
  {
    from: 'a proxy',
    text: lines('CONNECT example.com:443 HTTP/1.1', 'Host: example.com:443', '', ''),
    has: [['target', 'example.com:443']],
  },
  {
    from: 'an obsolete fold',
    text: lines('GET / HTTP/1.1', 'A: b', ' goes on', '', ''),
    has: [['line', ' goes on']],
  },
  {
    from: 'a body without a type',
    text: lines('HTTP/1.1 200 OK', 'Content-Length: 7', '', '{"a":1}'),
    has: [['a', 1]],
  },
];
