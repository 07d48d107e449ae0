import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { addressOf, hostPort, requireHost, requirePort, zoneFailure } from './address.ts';

describe('an address', () => {
  test('of an IPv4 peer of a dual-stack socket is shown as IPv4', () => {
    expect(addressOf('::ffff:10.0.0.7', 80)).toEqual({ host: '10.0.0.7', port: 80, family: 'IPv4' });
    expect(addressOf('::1', 80)).toEqual({ host: '::1', port: 80, family: 'IPv6' });
    expect(addressOf('fe80::1%eth0', 80)).toEqual({ host: 'fe80::1%eth0', port: 80, family: 'IPv6' });
  });

  test('has brackets round an IPv6 host', () => {
    expect(hostPort('::1', 80)).toBe('[::1]:80');
    expect(hostPort('10.0.0.7', 80)).toBe('10.0.0.7:80');
  });

  test('that is link-local needs a zone of this machine, all others need none', () => {
    expect(zoneFailure('fe80::1')?.code).toBe('LINK_LOCAL_WITHOUT_ZONE');
    expect(zoneFailure('FEBF::1')?.code).toBe('LINK_LOCAL_WITHOUT_ZONE');
    expect(zoneFailure('fe80::1%nowhere')?.code).toBe('UNKNOWN_ZONE');
    for (const host of ['::1', '127.0.0.1', 'fec0::1', 'name.test', '']) expect(zoneFailure(host)).toBeNull();
    for (const [name, addresses = []] of Object.entries(networkInterfaces()))
      for (const address of addresses)
        if (address.family === 'IPv6' && address.scopeid) {
          expect(zoneFailure(`fe80::1%${name}`)).toBeNull();
          expect(zoneFailure(`fe80::1%${address.scopeid}`)).toBeNull();
        }
  });

  test('with a port out of range, or a host that cannot be one, is refused', () => {
    for (const port of [-1, 65_536, 0.5, Number.NaN])
      expect(() => requirePort(port, 0)).toThrow('ERR_SOCKET_BAD_PORT');
    expect(() => requirePort(0, 1)).toThrow('ERR_SOCKET_BAD_PORT');
    for (const host of ['/tmp/socket', 'a b', 'a\0b'])
      expect(() => requireHost(host)).toThrow(
        expect.objectContaining({
          failure: { code: 'INVALID_ARGUMENT', message: '', subject: host, why: { name: 'no-host' } },
        }) as Error,
      );
    for (const host of ['', 'name.test', 'fe80::1%eth0', 'xn--bcher-kva.test']) requireHost(host);
  });
});
