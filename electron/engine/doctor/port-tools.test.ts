import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { plainPeer, plainServer, portOf } from '../testing/stream-kit.ts';
import { askLsof, askNetstat, parseLsof, parseNetstat } from './port-tools.ts';

const never = new AbortController().signal;
const hasLsof = spawnSync('lsof', ['-v']).error === undefined;

describe('what lsof prints', () => {
  it('is read process by process', () => {
    const output = [
      ...['p12', 'cnginx', 'f6', 'tIPv4', 'n*:8080', 'TST=LISTEN', 'TQR=0', 'TQS=0'],
      ...['f7', 'tIPv6', 'n[::1]:8080', 'TST=LISTEN'],
      ...['p13', 'ccurl', 'f3', 'tIPv4', 'n127.0.0.1:8080->127.0.0.1:50000', 'TST=ESTABLISHED'],
      ...['f4', 'tIPv4', 'n127.0.0.1:50000->127.0.0.1:8080', 'TST=ESTABLISHED', ''],
    ].join('\n');
    const nginx = { pid: 12, name: 'nginx', command: '' };
    expect(parseLsof(output, 'tcp', 8080)).toEqual([
      { local: { host: '0.0.0.0', port: 8080, family: 'IPv4' }, isListening: true, process: nginx },
      { local: { host: '::1', port: 8080, family: 'IPv6' }, isListening: true, process: nginx },
      {
        local: { host: '127.0.0.1', port: 8080, family: 'IPv4' },
        isListening: false,
        process: { pid: 13, name: 'curl', command: '' },
      },
    ]);
  });

  it.runIf(hasLsof)('tells of this very process, where lsof is installed', async () => {
    const server = await plainServer(() => undefined);
    await plainPeer(portOf(server));
    const found = await askLsof('tcp', portOf(server), never);
    expect(found).toContainEqual({
      local: { host: '127.0.0.1', port: portOf(server), family: 'IPv4' },
      isListening: true,
      process: expect.objectContaining({ pid: process.pid }) as unknown,
    });
  });
});

describe("what Windows' netstat prints", () => {
  it('is read whatever its language is', () => {
    const output = [
      'Aktive Verbindungen',
      '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
      '  TCP    0.0.0.0:8080           0.0.0.0:0              ABHÖREN         1234',
      '  TCP    127.0.0.1:8080         127.0.0.1:50000        HERGESTELLT     1234',
      '  TCP    [::1]:8080             [::]:0                 ABHÖREN         99',
      '  UDP    0.0.0.0:8080           *:*                                    7',
    ].join('\r\n');
    expect(parseNetstat(output, 'tcp', 8080)).toEqual([
      { local: { host: '0.0.0.0', port: 8080, family: 'IPv4' }, isListening: true, pid: 1234 },
      { local: { host: '127.0.0.1', port: 8080, family: 'IPv4' }, isListening: false, pid: 1234 },
      { local: { host: '::1', port: 8080, family: 'IPv6' }, isListening: true, pid: 99 },
    ]);
    expect(parseNetstat(output, 'udp', 8080)).toMatchObject([{ isListening: true, pid: 7 }]);
  });
});

describe('a tool that does not answer', () => {
  it('is ended with the diagnosis', async () => {
    const over = new AbortController();
    over.abort();
    expect(await askLsof('tcp', 1, over.signal)).toBeNull();
    expect(await askNetstat('tcp', 1, over.signal)).toBeNull();
  });
});
