import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { gunzipSync, gzipSync, inflateSync, deflateSync } from 'node:zlib';
import { exportFormats } from '../../../shared/export-formats.ts';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
let folder: string;
let port: number;

const secret = 'Tr0ub4dor-Geheimnis-ü';
const card = 'card=4929-1234-5678-9012';
const compressed = (pack: (bytes: Buffer) => Buffer): Buffer =>
  pack(Buffer.from(`{"password":"${secret}"}`.repeat(20)));
/** As peers write such things. The secret is cut by reads wherever they like. */
const said: Buffer[] = [
  Buffer.from(`POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic `),
  Buffer.from(Buffer.from(`me:${secret}`).toString('base64')),
  Buffer.from(
    `\r\nX-B: ${Buffer.from(`x${secret}`).toString('base64')} ${Buffer.from(`xy${secret}`).toString('base64url')}\r\n\r\n`,
  ),
  Buffer.from(`password=${encodeURIComponent(secret)}&${card}&again=${card}\r\n`),
  Buffer.from(secret).subarray(0, 7),
  Buffer.from(secret).subarray(7),
  Buffer.from(`\r\n${Buffer.from(secret).toString('hex')}\r\n`),
  Buffer.from('\r\nzip:'),
  compressed(gzipSync),
  Buffer.from('\r\nzlib:'),
  compressed(deflateSync),
  Buffer.from('\r\ntail x^2 of 127.0.0.1 and 127.0.0.100\r\n'),
];
const whole = Buffer.concat(said);

beforeAll(async () => {
  cli = await TestCli.build();
  folder = cli.path('captured');
  const echo = createServer({ noDelay: true }, (socket) => {
    // In small writes, so that values are cut where they come back.
    socket.on('data', (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += 11) socket.write(bytes.subarray(at, at + 11));
    });
    socket.on('end', () => socket.end());
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  port = (echo.address() as AddressInfo).port;
  const sends = said.flatMap((bytes) => ['--send-hex', bytes.toString('hex')]);
  const ended = await cli.run(
    'connect',
    `tcp://127.0.0.1:${port}`,
    '--capture',
    folder,
    ...sends,
    '--half-close',
  );
  expect(ended).toMatchObject({ code: 0 });
  echo.close();
}, 60_000);
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

async function exported(format: string, ...rules: string[]): Promise<{ bytes: Buffer; stderr: string }> {
  const out = cli.path(`out.${format}`);
  const redact = rules.flatMap((rule) => ['--redact', rule]);
  const ended = await cli.run('export', folder, '--to', format, '--out', out, ...redact);
  expect(ended).toMatchObject({ code: 0 });
  return { bytes: await readFile(out), stderr: ended.stderr };
}

/** A file, and all that can be made of parts of it: of hex and Base64, and of what is packed, in either. */
function* readings(bytes: Buffer, depth = 2): Generator<Buffer> {
  yield bytes;
  if (depth === 0) return;
  const text = bytes.toString('latin1');
  // What exporters write bytes as: hex with gaps and columns, escapes, numbers.
  const dumped = text.replaceAll(/^[^\n]*?:? {1,2}((?:[0-9A-F]{2} +)+).*$/gim, '$1');
  for (const form of [text, dumped, text.replaceAll(/\\x|0x|[,\s'"]|b'/g, '')])
    for (const [run] of form.matchAll(/(?:[0-9a-f]{2}[ \n]*){8,}/gi))
      yield* readings(Buffer.from(run.replaceAll(/\s/g, ''), 'hex'), depth - 1);
  for (const [run] of text.matchAll(/[\w+/-]{12,}/g))
    for (const skipped of [0, 1, 2, 3]) yield* readings(Buffer.from(run.slice(skipped), 'base64'), depth - 1);
  for (const [magic, unpack] of [
    ['\x1f\x8b\x08', gunzipSync],
    ['\x78\x9c', inflateSync],
  ] as const)
    for (let at = text.indexOf(magic); at >= 0; at = text.indexOf(magic, at + 1))
      try {
        yield* readings(unpack(bytes.subarray(at)), depth - 1);
      } catch {
        // It only looked so.
      }
}

function holds(bytes: Buffer, wanted: string): boolean {
  const forms = [
    Buffer.from(wanted),
    Buffer.from(encodeURIComponent(wanted)),
    Buffer.from(JSON.stringify(wanted).slice(1, -1)),
  ];
  for (const reading of readings(bytes)) if (forms.some((form) => reading.includes(form))) return true;
  return false;
}

describe.each(exportFormats)('what is removed is in no %s', (format) => {
  it('as itself, in another form, packed, or cut by reads', async () => {
    const { bytes, stderr } = await exported(format, `text:${secret}`, '/card=[\\d-]+/', 'addresses');
    expect(stderr).toMatch(/^removed: \d+ places in \d+ records?\n/m);
    for (const wanted of [secret, card, '4929-1234']) expect(holds(bytes, wanted)).toBe(false);
    expect(bytes.toString('latin1').replaceAll('127.0.0.100', '')).not.toContain('127.0.0.1');
  });
});

describe('redaction', () => {
  it('leaves all else as it was, and as long', async () => {
    const { bytes } = await exported('raw-sent', `text:${secret}`, '/card=[\\d-]+/');
    expect(bytes).toHaveLength(whole.length);
    const differs = [...bytes.keys()].filter((at) => bytes[at] !== whole[at]);
    const [first, last] = [whole.indexOf('Basic ') + 6, whole.indexOf('\r\ntail')];
    expect(differs.at(0)).toBeGreaterThanOrEqual(first);
    expect(differs.at(-1)).toBeLessThan(last);
    for (const kept of [
      'POST /login',
      'password=',
      '&again=',
      '\r\nzip:',
      'tail x^2 of 127.0.0.1 and 127.0.0.100',
    ])
      expect(bytes.includes(kept)).toBe(true);
  });

  it('replaces the same by the same, in both directions, wherever reads cut it', async () => {
    const sent = (await exported('raw-sent', '/card=[\\d-]+/')).bytes;
    const received = (await exported('raw-received', '/card=[\\d-]+/')).bytes;
    expect(sent).toEqual(received);
    const [, one, two] = /&(.{24})&again=(.{24})\r/.exec(sent.toString('latin1'))!;
    expect(one).toBe(two);
    expect(one).not.toBe(card);
  });

  it('replaces addresses by documentation addresses beside the bytes, and by others of their length in them', async () => {
    const { bytes } = await exported('jsonl', 'addresses', 'name:me');
    const lines = bytes
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const opened = lines.find(({ kind }) => kind === 'opened')!;
    expect(opened.remote).toEqual({ host: '192.0.2.1', port, family: 'IPv4' });
    expect(lines.every(({ endpoint }) => endpoint === `tcp://192.0.2.1:${port}`)).toBe(true);
    const sent = Buffer.concat(
      lines.filter(({ kind }) => kind === 'sent').map(({ hex }) => Buffer.from(hex as string, 'hex')),
    );
    expect(sent.toString('latin1')).toMatch(/Host: \w{9}\r\n/);
    expect(sent.toString('latin1')).toMatch(/of \w{9} and 127\.0\.0\.100\r\n/);
  });

  it('removes ranges of each message, and decoded fields with what they say elsewhere', async () => {
    const out = cli.path('ranges.bin');
    const base = ['export', folder, '--to', 'raw-sent', '--out', out, '--filter', 'text:login OR text:again'];
    await cli.run(...base, '--redact', 'bytes:1..3');
    expect((await readFile(out, 'latin1')).slice(0, 11)).toMatch(/^P(?!OST)... \/login$/);
    const ended = await cli.run(...base, '--redact', 'field:host', '--decode', 'http');
    expect(ended.stderr).toMatch(/error: --decode has no place/);
    await cli.run(...base, '--redact', 'field:Host');
    expect(await readFile(out, 'latin1')).not.toContain('127.0.0.1');
  });

  it('counts without writing, and refuses a rule that it cannot read', async () => {
    const out = cli.path('dry.txt');
    const dry = await cli.run(
      'export',
      folder,
      '--to',
      'text',
      '--out',
      out,
      '--redact',
      'text:POST',
      '--dry-run',
    );
    expect([dry.code, dry.stderr]).toEqual([0, 'removed: 2 places in 2 records\n']);
    await expect(readFile(out)).rejects.toThrow('ENOENT');
    for (const rule of ['secret', 'text:', '/(/', '/a*/', 'hex:??', 'bytes:9..1'])
      expect(await cli.run('export', folder, '--to', 'text', '--out', out, '--redact', rule)).toMatchObject({
        code: 2,
      });
  });
});
