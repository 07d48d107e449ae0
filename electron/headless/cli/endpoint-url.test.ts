import { describe, expect, it } from 'vitest';
import { urlOf } from '../../../shared/settings/transports.ts';
import { parseEndpointUrl } from './endpoint-url.ts';
import { UsageError } from './usage-error.ts';

const refusal = (url: string, role: 'listen' | 'connect'): string => {
  try {
    parseEndpointUrl(url, role);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
  throw new Error(`${url} was taken`);
};

describe('the URL of an endpoint', () => {
  it.each([
    ['tcp://127.0.0.1:9000', { transport: 'tcp', host: '127.0.0.1', port: 9000, path: '' }],
    ['TLS://example.org:443/', { transport: 'tls', host: 'example.org', port: 443, path: '' }],
    ['udp://[::1]:53', { transport: 'udp', host: '::1', port: 53, path: '' }],
    ['tcp://[fe80::1%eth0]:80', { transport: 'tcp', host: 'fe80::1%eth0', port: 80, path: '' }],
    ['tcp://[fe80::1%25eth0]:80', { transport: 'tcp', host: 'fe80::1%eth0', port: 80, path: '' }],
    ['ｔｃｐ：／／１２７。0.0.1：９１００', { transport: 'tcp', host: '127.0.0.1', port: 9100, path: '' }],
    ['udp://［：：１］：53', { transport: 'udp', host: '::1', port: 53, path: '' }],
    ['unix:///tmp/９：', { transport: 'unix', host: '', port: 0, path: '/tmp/９：' }],
    ['unix:///tmp/a b.sock', { transport: 'unix', host: '', port: 0, path: '/tmp/a b.sock' }],
    ['unix://\\\\.\\pipe\\demo', { transport: 'unix', host: '', port: 0, path: '\\\\.\\pipe\\demo' }],
  ])('%s is read in both roles', (url, expected) => {
    expect(parseEndpointUrl(url, 'listen')).toEqual(expected);
    expect(parseEndpointUrl(url, 'connect')).toEqual(expected);
  });

  it('of a listener may leave the host or the port to the system', () => {
    expect(parseEndpointUrl('tcp://:9000', 'listen')).toMatchObject({ host: '', port: 9000 });
    expect(parseEndpointUrl('udp://127.0.0.1:0', 'listen')).toMatchObject({ port: 0 });
  });

  it.each([
    ['127.0.0.1:9000', '^^^^^^^^^^^^^^', 0],
    ['http://127.0.0.1:80', '^^^^^^^', 0],
    ['tcp://127.0.0.1', '^^^^^^^^^', 6],
    ['tcp://127.0.0.1:', '^', 16],
    ['tcp://127.0.0.1:http', '^^^^', 16],
    ['tcp://127.0.0.1:65536', '^^^^^', 16],
    ['tcp://::1:80', '^^^^^^', 6],
    ['tcp://[::g]:80', '^^^', 7],
    ['tcp://127.1:80', '^^^^^', 6],
    ['tcp://a b:80', '^', 7],
    ['tcp://[fe80::1]:80', '^^^^^^^', 7],
    ['tcp://127.0.0.1:80/path', '^^^^^', 18],
    ['tcp://user:pass@127.0.0.1:80', '^^^^^^^^^^', 6],
    ['unix://tmp/demo.sock', '^^^^^^^^^^^^^', 7],
  ])('%s is refused at its place', (url, marks, column) => {
    for (const role of ['listen', 'connect'] as const)
      expect(refusal(url, role).split('\n')).toEqual([
        expect.stringMatching(/\.$/),
        `  ${url}`,
        `  ${' '.repeat(column)}${marks}`,
      ]);
  });

  it('to connect to needs a host and a port', () => {
    expect(refusal('tcp://:80', 'connect')).toContain('A host is needed');
    expect(refusal('tcp://127.0.0.1:0', 'connect')).toContain('1 to 65535');
  });

  it('names a character that nobody sees, and marks it where it stands', () => {
    expect(refusal('tcp://exa\u200bmple：80', 'connect').split('\n')).toEqual([
      'This character cannot be part of a host name. Here stands U+200B ZERO WIDTH SPACE.',
      '  tcp://exa\ufffdmple：80',
      '           ^',
    ]);
    expect(refusal('tcp:/\u2060/a:80', 'connect')).toContain('U+2060 WORD JOINER');
    expect(refusal('tcp://a:8“0', 'connect')).toContain('“U+201C LEFT DOUBLE QUOTATION MARK');
  });

  it('shows no control character of what was typed', () => {
    // eslint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(refusal('tcp://a\u001b[31m:80', 'connect')).not.toMatch(/\u001b/);
  });

  it('is written from a real address', () => {
    expect(urlOf('tcp', { host: '', port: 80 })).toBe('tcp://:80');
    expect(urlOf('tcp', { host: '::1', port: 80 })).toBe('tcp://[::1]:80');
    expect(urlOf('unix', { host: '/tmp/a', port: 0 })).toBe('unix:///tmp/a');
  });
});
