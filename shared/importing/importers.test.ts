import { describe, expect, it } from 'vitest';
import { utf8 } from '../testing/bytes.ts';
import {
  commandLines,
  herculesText,
  packetSettings,
  packetsIni,
  packetsJson,
  sokitText,
} from '../testing/foreign-files.ts';
import { mostImportBytes, type BroughtMessage } from './brought.ts';
import { exportMessages } from './exporters.ts';
import { importFormats, readImport, type ImportFormat } from './importers.ts';

const read = (text: string, as?: ImportFormat) => readImport(utf8(text), as === undefined ? {} : { as });
const codes = (text: string, as?: ImportFormat) => read(text, as).refused.map(({ code }) => code);
const facts = ({ name, written: { mode, text }, target, repeatMs }: BroughtMessage) => {
  const to = target === null || target === 'all' ? '' : `${target.transport} ${target.host} ${target.port}`;
  return [name, mode, text, to, repeatMs];
};

const packets = [
  ['WHOIS example', 'text', 'whois\\r\\n', 'tcp 192.0.2.30 43', null],
  ['Macros', 'text', '{{TIME}} {{RANDOM}}', 'udp ::1 5000', 500],
  ['Query', 'hex', '91 8B 01 00 5C', 'udp 192.0.2.53 53', 1500],
  ['Hello/日本', 'text', 'HELO\\r\\n', 'tls mail.example.com 465', null],
  ['Nothing', 'text', '', 'tcp example.com 23', null],
];

describe('Packet Sender', () => {
  it('JSON comes in whole and goes out as it was', () => {
    const brought = read(packetsJson);
    expect(brought).toMatchObject({ format: 'packetsender-json', refused: [], endpoints: [] });
    expect(brought.messages.map(facts)).toEqual(packets);
    expect(exportMessages('packetsender', brought)).toEqual({ text: packetsJson, refused: [] });
  });

  it('JSON is the same again by way of our own', () => {
    const own = exportMessages('socketscope', read(packetsJson)).text;
    expect(exportMessages('packetsender', read(own)).text).toBe(packetsJson);
  });

  it('INI comes in whole, with nested and escaped groups, and goes out as Packet Sender itself would write it', () => {
    const brought = read(packetsIni);
    expect(brought).toMatchObject({ format: 'packetsender-ini', refused: [] });
    expect(brought.messages.map(facts)).toEqual(packets);
    const exported = JSON.parse(exportMessages('packetsender', brought).text) as Record<string, unknown>[];
    const expected = (JSON.parse(packetsJson) as Record<string, string>[]).map((entry) => ({
      ...entry,
      hexstring: entry['hexstring']!.trim(),
      repeat: Number(entry['repeat']),
    }));
    expect(exported).toEqual(expected);
  });

  it('INI of Latin-1 is read as such', () => {
    const latin = Uint8Array.from(
      '[NAMES]\n1\\name=caf\u00e9\nsize=1\n[caf%E9]\nname=caf\u00e9\nhexString=00\n',
      (c) => c.charCodeAt(0),
    );
    expect(readImport(latin).messages.map(({ name }) => name)).toEqual(['caf\u00e9']);
  });

  it('reads hex as Packet Sender does, and says where that may surprise', () => {
    const entry = (hexstring: string) => JSON.stringify([{ name: 'a', hexstring, tcporudp: 'TCP' }]);
    expect(read(entry('0 1 2 3')).messages[0]!.written.text).toBe('01 23');
    expect(read(entry('zz 41 4')).messages[0]!.written.text).toBe('04 14');
    expect(codes(entry('zz 41 4'))).toEqual(['packet-hex']);
    expect(read(entry('7b{{}7b7b444154457d7d')).messages[0]!.written).toMatchObject({
      text: '\\x7B{{DATE}}',
    });
  });

  it('keeps messages of which a part has no place here, and tells which', () => {
    const text = `[
  {"name":"d","hexstring":"00","tcporudp":"DTLS","toip":"192.0.2.1","port":"80","errorstring":"x"},
  {"name":"h","hexstring":"","tcporudp":"HTTPS Get","toip":"example.com","port":"443","requestpath":"/p?q"},
  {"name":"p","hexstring":"00","tcporudp":"TCP","toip":"exa mple","port":"80","fromport":"7","new":1},
  {"name":"","hexstring":"00"}, 5
]`;
    const { messages, refused } = read(text);
    expect(messages.map(facts)).toEqual([
      ['d', 'hex', '00', 'null 192.0.2.1 80', null],
      [
        'h',
        'text',
        'GET /p?q HTTP/1.1\\r\\nHost: example.com\\r\\nAccept: */*\\r\\n\\r\\n',
        'tls example.com 443',
        null,
      ],
      ['p', 'hex', '00', '', null],
    ]);
    expect(refused.map(({ code, what, line, column }) => [code, what, line, column])).toEqual([
      ['packet-dtls', 'd: DTLS', 2, 43],
      ['packet-error', 'd: x', 2, 95],
      ['packet-http', 'h: HTTPS Get', 3, 41],
      ['packet-host', 'exa mple', 4, 56],
      ['packet-from-port', 'p: 7', 4, 90],
      ['field-unknown', 'new', 4, 100],
      ['packet-name', '', 5, 11],
      ['json-not-object', '', 5, 33],
    ]);
    expect(JSON.parse(exportMessages('packetsender', { messages, endpoints: [] }).text)).toEqual(
      (JSON.parse(text) as unknown[]).slice(0, 3),
    );
  });

  it('servers and smart replies are listeners with rules', () => {
    const { endpoints, refused } = read(packetSettings);
    expect(refused).toMatchObject([{ code: 'packet-settings', what: 'darkModeCheck', line: 3 }]);
    expect(endpoints.map(({ transport, host, port }) => [transport, host, port])).toEqual([
      ['tcp', '0.0.0.0', 5000],
      ['tcp', '0.0.0.0', 5001],
      ['tls', '0.0.0.0', 5443],
    ]);
    expect(endpoints[0]).toMatchObject({
      reply: {
        kind: 'rules',
        rules: [
          { enabled: true, match: 'exact', pattern: 'ping\\r', reply: { text: 'pong {{DATE}}\\r' } },
          { enabled: false, match: 'exact-hex', pattern: '01 02', reply: { mode: 'hex', text: '06' } },
          { enabled: true, match: 'regex', pattern: '^', reply: { text: '?\\$' } },
        ],
      },
    });
  });

  it('says of groups and lines that it cannot read where they are', () => {
    const text =
      '[NAMES]\n1\\name=a\n2\\name=b\nsize=2\nnonsense\n[a]\nname=a\ntcpOrUdp=UDP\nhexString=41\nrepeat=@Rect(1)\n[c]\nhexString=00\n';
    expect(read(text).refused.map(({ code, line }) => [code, line])).toEqual([
      ['packet-missing', 3],
      ['ini-line', 5],
      ['ini-value', 10],
      ['packet-unlisted', 12],
    ]);
  });

  it('cannot take what it has no words for', () => {
    const base = { note: '', folder: '', key: null, repeatMs: null, packetSender: {}, extra: {} } as const;
    const message = (
      name: string,
      text: string,
      target: BroughtMessage['target'] = null,
    ): BroughtMessage => ({
      ...base,
      name,
      target,
      written: { mode: 'text', text, lineEnd: 'crlf' },
    });
    const { text, refused } = exportMessages('packetsender', {
      messages: [
        message('fixed', '{{u8 1}}\\xFF'),
        message('macro', 'a{{DATE}}'),
        message('ours', '{{uuid}}'),
        message('', 'x'),
        message('path', 'x', { transport: 'unix', host: '/tmp/x', port: 0 }),
      ],
      endpoints: read(packetSettings).endpoints.slice(0, 1),
    });
    expect(JSON.parse(text)).toMatchObject([
      { name: 'fixed', hexstring: '01 ff 0d 0a', asciistring: btoa('\\01\\ff\\r\\n') },
      { name: 'macro', hexstring: '61 7b 7b 44 41 54 45 7d 7d 0d 0a' },
    ]);
    expect(refused.map(({ code }) => code)).toEqual([
      'export-function',
      'export-name',
      'export-transport',
      'export-endpoint',
    ]);
  });
});

describe('texts of other programs', () => {
  it.each([
    ['hercules', herculesText, ['AT\\r\\n', '70 72 69 63 65 20 10', 'FF 00']],
    ['sokit', sokitText, ['hello\\r\\n', '5B 6E 6F 74 20 62 79 74 65 73 00']],
  ] as const)('%s is a message in each line', (format, text, expected) => {
    const brought = read(text);
    expect(brought).toMatchObject({ format, refused: [] });
    expect(brought.messages.map(({ written }) => written.text)).toEqual(expected);
  });

  it('a line that is none is told, and the others come', () => {
    expect(read('a[0D]\nb[0', 'sokit')).toMatchObject({
      messages: [{ written: { text: 'a\\r' } }],
      refused: [{ code: 'payload', problem: 'foreign-bracket-open', line: 2, column: 2 }],
    });
  });
});

describe('any file', () => {
  it('is a message: lines as they are, text with escapes, or bytes', () => {
    const written = (bytes: Uint8Array) => readImport(bytes, { name: 'a.bin' }).messages[0];
    expect(written(utf8('a\n{{b}}\n'))).toMatchObject({
      name: 'a.bin',
      written: { mode: 'as-is', text: 'a\n{{b}}\n' },
    });
    expect(written(utf8('a\r\n'))!.written).toEqual({ mode: 'as-is', text: 'a\r\n', lineEnd: 'none' });
    expect(written(utf8('{{a}}'))!.written).toEqual({ mode: 'text', text: '\\{{a}}', lineEnd: 'none' });
    expect(written(Uint8Array.of(0, 255))!.written).toEqual({ mode: 'hex', text: '00 FF', lineEnd: 'none' });
    expect(written(new Uint8Array(700_000))!.written.mode).toBe('base64');
  });

  it('has its bounds', () => {
    expect(readImport(new Uint8Array())).toMatchObject({
      isReadable: false,
      refused: [{ code: 'file-empty' }],
    });
    expect(readImport(new Uint8Array(2_000_000)).refused).toMatchObject([{ code: 'message-too-long' }]);
    expect(readImport(new Uint8Array(mostImportBytes + 1))).toMatchObject({
      isReadable: false,
      refused: [{ code: 'file-too-long' }],
    });
    const many = JSON.stringify(
      Array.from({ length: 1200 }, (_, at) => ({ name: `${at}`, hexstring: '00', tcporudp: 'TCP' })),
    );
    expect(read(many).messages).toHaveLength(1000);
    expect(codes(many)).toEqual(['too-many']);
  });

  it('is read as what it is said to be, or nothing of it', () => {
    expect(read('[1', 'packetsender-json')).toMatchObject({
      isReadable: false,
      refused: [{ code: 'json-unfinished' }],
    });
    expect(read('{}', 'socketscope').isReadable).toBe(false);
    expect(readImport(Uint8Array.of(0xff), { as: 'commands' }).refused).toMatchObject([
      { code: 'file-not-utf8' },
    ]);
    expect(read(' \n', 'sokit').refused).toMatchObject([{ code: 'nothing-found' }]);
    expect(
      new Set(
        [packetsJson, packetsIni, commandLines, herculesText, sokitText, 'x'].map(
          (text) => read(text).format,
        ),
      ).size,
    ).toBe(importFormats.length - 1);
  });

  it('of UTF-16 with its mark is text', () => {
    const wide = Uint8Array.from(`\ufeff${packetsJson}`, (c) => c.charCodeAt(0) & 255);
    const units = Uint16Array.from(`\ufeff${packetsJson}`, (c) => c.charCodeAt(0));
    expect(wide.length).toBe(units.length);
    expect(readImport(new Uint8Array(units.buffer)).messages.map(facts)).toEqual(packets);
  });
});
