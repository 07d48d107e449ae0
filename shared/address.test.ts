import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, parseHost, parsePort, splitHostPort } from './address.ts';

const host = (text: string): unknown => {
  const parsed = parseHost(text);
  return parsed.ok ? [parsed.kind, parsed.host] : parsed.problem.code;
};
const place = (text: string): unknown => {
  const parsed = parseHost(text);
  return parsed.ok ? null : [parsed.problem.start, parsed.problem.end];
};
const port = (text: string): unknown => {
  const parsed = parsePort(text);
  return parsed.ok ? parsed.port : parsed.problem.code;
};

test('addresses are shown with brackets around IPv6', () => {
  expect(formatAddress({ host: '127.0.0.1', port: 80 })).toBe('127.0.0.1:80');
  expect(formatAddress({ host: '::1', port: 40412 })).toBe('[::1]:40412');
  expect(formatAddress({ host: 'fe80::1%eth0', port: 1 })).toBe('[fe80::1%eth0]:1');
  expect(formatAddress({ host: 'example.com', port: 443 })).toBe('example.com:443');
  expect(formatAddress({ host: '', port: 443 })).toBe('?:443');
});

test('names are names', () => {
  for (const name of [
    'localhost',
    'example.com',
    'example.com.',
    'a',
    'my_host',
    'xn--80ak6aa92e.com',
    'bücher.example',
    '3com.com',
    '1.2.3.4.example',
  ])
    expect(host(name)).toEqual(['name', name]);
  expect(host('  example.com\n')).toEqual(['name', 'example.com']);
});

test('IPv4 addresses are four decimal parts', () => {
  for (const text of ['127.0.0.1', '0.0.0.0', '255.255.255.255']) expect(host(text)).toEqual(['IPv4', text]);
});

test('forms of IPv4 that systems read in surprising ways are refused', () => {
  for (const text of [
    '127.1',
    '0x7f.1',
    '2130706433',
    '0x7f000001',
    '010.0.0.1',
    '127.0.0.01',
    '256.0.0.1',
    '1.2.3.4.5',
    '127.0.0.1.',
    '1.2.3.',
    '0x',
  ])
    expect([text, host(text)]).toEqual([text, 'host-ipv4-form']);
});

test('IPv6 addresses may have brackets and a zone', () => {
  for (const text of [
    '::',
    '::1',
    '2001:db8::7',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
    '::ffff:192.168.1.1',
    '1:2:3:4:5:6:1.2.3.4',
    'fe80::1%eth0',
    'FE80::1%12',
    'ff02::1%en0.5',
  ])
    expect(host(text)).toEqual(['IPv6', text]);
  expect(host('[::1]')).toEqual(['IPv6', '::1']);
  expect(host('[fe80::1%eth0]')).toEqual(['IPv6', 'fe80::1%eth0']);
});

test('what only looks like IPv6 is refused', () => {
  for (const text of [
    '1:2:3',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::1',
    '::1.2.3',
    '::1.2.3.256',
    '1:2:3:4:5:6:7:8::',
    ':1:2:3:4:5:6:7',
    '1.2.3.4::',
    '[]',
    '[example.com]',
    '[127.0.0.1]',
    '1:2:3:4:5:6:7:',
  ])
    expect([text, host(text)]).toEqual([text, 'host-ipv6-form']);
  expect(host('fe80::1%')).toBe('host-zone');
  expect(host('fe80::1%et h')).toBe('host-space');
  expect(host('fe80::1')).toBe('host-zone-missing');
  expect(host('[febf::1]')).toBe('host-zone-missing');
  expect(host('[::1')).toBe('host-brackets');
  expect(host('[::1]x')).toBe('host-brackets');
});

test('what belongs into another box is told so', () => {
  expect(host('')).toBe('host-empty');
  expect(host('   ')).toBe('host-empty');
  expect(host('example.com:80')).toBe('host-with-port');
  expect(place('example.com:80')).toEqual([11, 14]);
  expect(host('127.0.0.1:80')).toBe('host-with-port');
  expect(host('[::1]:80')).toBe('host-with-port');
  expect(place(' [::1]:80')).toEqual([6, 9]);
  expect(host('http://example.com/')).toBe('host-with-scheme');
  expect(host('exa mple.com')).toBe('host-space');
  expect(place('exa mple.com')).toEqual([3, 4]);
});

test('names that no resolver takes are refused at their place', () => {
  expect(host('example.com/path')).toBe('host-character');
  expect(place('example.com/path')).toEqual([11, 12]);
  expect(place('a😀b')).toEqual([1, 3]);
  expect(host('user@example.com')).toBe('host-character');
  expect(host('a..b')).toBe('host-label');
  expect(place('a..b')).toEqual([2, 3]);
  expect(host('.')).toBe('host-label');
  expect(host('-a.com')).toBe('host-label');
  expect(host(`${'a'.repeat(64)}.com`)).toBe('host-label');
  expect(host(`${'a'.repeat(63)}.com`)).toEqual(['name', `${'a'.repeat(63)}.com`]);
  expect(host('a.'.repeat(127))).toEqual(['name', 'a.'.repeat(127)]);
  expect(host('a.'.repeat(128))).toBe('host-too-long');
  expect(host('a\u202eb')).toBe('host-character');
});

test('ports are whole numbers from 0 to 65535', () => {
  expect(['0', '80', ' 65535 ', '0080'].map(port)).toEqual([0, 80, 65535, 80]);
  expect(['65536', '-1', '99999999999999999999'].map(port)).toEqual([
    'port-range',
    'port-range',
    'port-range',
  ]);
  expect(['8e1', '0x50', '1.5', '80a', '8 0', 'http'].map(port)).toEqual(Array(6).fill('port-not-a-number'));
  expect(port(' ')).toBe('port-empty');
});

test('a pasted address is split into host and port', () => {
  expect(splitHostPort('example.com:80')).toEqual({ host: 'example.com', port: 80 });
  expect(splitHostPort(' 127.0.0.1:9000\n')).toEqual({ host: '127.0.0.1', port: 9000 });
  expect(splitHostPort('[::1]:80')).toEqual({ host: '::1', port: 80 });
  expect(splitHostPort('tcp://[fe80::1%eth0]:80/')).toEqual({ host: 'fe80::1%eth0', port: 80 });
  for (const text of [
    'example.com',
    '::1',
    '1:2:3:4:5:6:7:8',
    'example.com:',
    ':80',
    'a:65536',
    'a b:80',
    '[::1]',
    'http://a:80/x',
  ])
    expect([text, splitHostPort(text)]).toEqual([text, null]);
});

test('what is formatted is split again into the same', () => {
  const hosts = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
  fc.assert(
    fc.property(hosts, fc.nat(65_535), (name, number) => {
      fc.pre(parseHost(name).ok);
      expect(splitHostPort(formatAddress({ host: name, port: number }))).toEqual({
        host: name,
        port: number,
      });
    }),
  );
});

test('every IPv4 and IPv6 address is recognised', () => {
  fc.assert(fc.property(fc.ipV4(), (address) => void expect(host(address)).toEqual(['IPv4', address])));
  const withoutZone = fc.ipV6().filter((address) => !/^fe[89ab]/i.test(address));
  fc.assert(fc.property(withoutZone, (address) => void expect(host(address)).toEqual(['IPv6', address])));
});

test('no text makes the parser throw, and a problem has its place in the text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('[', ']', ':', '%', '.', '-', 'f', '1', ' ', 'é', '\ud800')),
      (parts) => {
        const text = parts.join('');
        const parsed = parseHost(text);
        if (parsed.ok) return;
        expect(parsed.problem.start).toBeLessThanOrEqual(parsed.problem.end);
        expect(parsed.problem.end).toBeLessThanOrEqual(text.length);
      },
    ),
    { numRuns: 3000 },
  );
});
