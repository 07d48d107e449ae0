import { describe, expect, it } from 'vitest';
import { parseProcNet, parseProcUnix } from './proc-net.ts';

const header =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const line = (local: string, remote: string, state: string, inode: number): string =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000002782092 100 0 0 10 0`;
const noRemote4 = '00000000:0000';
const noRemote6 = '00000000000000000000000000000000:0000';

describe("the system's tables of sockets", () => {
  it('are read for IPv4, IPv6 and IPv4 in IPv6, as a machine with this byte order writes them', () => {
    const text = [
      header,
      line('0100007F:1F90', noRemote4, '0A', 11),
      line('00000000:1F90', '0100007F:97B3', '01', 12),
      line('00000000000000000000000001000000:1F90', noRemote6, '0A', 13),
      line('00000000000000000000000000000000:1F90', noRemote6, '0A', 14),
      line('0000000000000000FFFF00000100007F:1F90', noRemote6, '0A', 15),
      line('B80D012000000000000000000100FF00:1F90', noRemote6, '0A', 16),
      '',
    ].join('\n');
    const at = (host: string, family: string) => ({ host, port: 8080, family });
    expect(parseProcNet(text, 'tcp', 8080)).toEqual([
      { local: at('127.0.0.1', 'IPv4'), isListening: true, inode: '11' },
      { local: at('0.0.0.0', 'IPv4'), isListening: false, inode: '12' },
      { local: at('::1', 'IPv6'), isListening: true, inode: '13' },
      { local: at('::', 'IPv6'), isListening: true, inode: '14' },
      { local: at('127.0.0.1', 'IPv4'), isListening: true, inode: '15' },
      { local: at('2001:db8::ff:1', 'IPv6'), isListening: true, inode: '16' },
    ]);
  });

  it('tell of one port, not of sockets that are connected to it', () => {
    const text = [
      header,
      line('0100007F:0050', noRemote4, '0A', 1),
      line('0100007F:97B3', '0100007F:0050', '01', 2),
      line('0100007F:0500', noRemote4, '0A', 3),
    ].join('\n');
    expect(parseProcNet(text, 'tcp', 80).map(({ inode }) => inode)).toEqual(['1']);
  });

  it('count a UDP socket as listening unless it is connected', () => {
    const text = [
      header,
      line('0100007F:0035', noRemote4, '07', 1),
      line('0100007F:0035', '0100007F:0035', '01', 2),
    ].join('\n');
    expect(parseProcNet(text, 'udp', 0x35).map(({ isListening }) => isListening)).toEqual([true, false]);
  });

  it('may hold lines that cannot be read', () => {
    expect(parseProcNet(`${header}\nnonsense\n   1: XX:YY\n   1: XX:0050 \n\n`, 'tcp', 80)).toEqual([]);
  });

  it('name who accepts at a path, blanks in it included', () => {
    const text = [
      'Num       RefCount Protocol Flags    Type St Inode Path',
      '000000009cf534b7: 00000003 00000000 00000000 0001 03 2214314',
      '000000009cf534b8: 00000002 00000000 00010000 0001 01 77 /tmp/a b.sock',
      '000000009cf534b9: 00000003 00000000 00000000 0001 03 78 /tmp/a b.sock',
      '000000009cf534ba: 00000003 00000000 00000000 0001 03    79 /tmp/quiet.sock',
    ].join('\n');
    expect(parseProcUnix(text, '/tmp/a b.sock')).toBe('77');
    expect(parseProcUnix(text, '/tmp/quiet.sock')).toBeNull();
    expect(parseProcUnix(text, '/tmp/other')).toBeNull();
  });
});
