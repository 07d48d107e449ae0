import { expect, test } from 'vitest';
import { readPastedAddress } from './pasted-address.ts';

test('takes an address with its scheme apart into transport, host and port', () => {
  expect(readPastedAddress('tls://example.org:443')).toEqual({
    transport: 'tls',
    host: 'example.org',
    port: 443,
  });
  expect(readPastedAddress(' UDP://[::1]:5353/ ')).toEqual({ transport: 'udp', host: '::1', port: 5353 });
  expect(readPastedAddress('tcp://127.0.0.1:9000')).toEqual({
    transport: 'tcp',
    host: '127.0.0.1',
    port: 9000,
  });
});

test('an address of a Chinese keyboard or a copied page is the address that it looks like', () => {
  expect(readPastedAddress('127.0.0.1：9100')).toEqual({ host: '127.0.0.1', port: 9100 });
  expect(readPastedAddress('\u00a0ｔｃｐ：／／１２７。0.0.1：９１００\u200b')).toEqual({
    transport: 'tcp',
    host: '127.0.0.1',
    port: 9100,
  });
  expect(readPastedAddress('unix:///tmp/９：')).toEqual({ transport: 'unix', path: '/tmp/９：' });
});

test('host:port without a scheme says nothing of the transport', () => {
  expect(readPastedAddress('example.org:80')).toEqual({ host: 'example.org', port: 80 });
});

test('the path of a Unix socket is absolute or relative, and taken as it stands', () => {
  expect(readPastedAddress('unix:///run/a b.sock')).toEqual({ transport: 'unix', path: '/run/a b.sock' });
  expect(readPastedAddress('unix://demo.sock')).toEqual({ transport: 'unix', path: 'demo.sock' });
  expect(readPastedAddress('unix:///tmp/100%20.sock')).toEqual({
    transport: 'unix',
    path: '/tmp/100%20.sock',
  });
});

test('what is no whole address is left alone', () => {
  for (const text of [
    'example.org',
    '::1',
    'tls://example.org',
    'unix://',
    'http://example.org:80',
    'udp://:1',
  ])
    expect(readPastedAddress(text)).toBeNull();
});
