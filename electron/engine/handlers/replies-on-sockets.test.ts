import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { defaultOptions } from '../../../shared/settings/options.ts';
import { defaultReply } from '../../../shared/settings/reply.ts';
import type { ReplySettings } from '../../../shared/settings/settings.ts';
import type { Listener } from '../stream/listener.ts';
import { listening, plainPeer, until } from '../testing/stream-kit.ts';
import { TestRecorder } from '../testing/recorder.ts';
import { newRule, text } from '../testing/peer-port.ts';

type Peer = Awaited<ReturnType<typeof plainPeer>>;

const serving = (reply: Partial<ReplySettings>, changes: Parameters<typeof listening>[0] = {}) =>
  listening({ ...changes, reply: { ...defaultReply(), prefix: text('OK...'), ...reply } });
const received = ({ received: chunks }: Peer): string => Buffer.concat(chunks).toString();
const heard = (peer: Peer, expected: string) => until(() => received(peer) === expected);
const peers = (port: number, count = 5) => Promise.all(Array.from({ length: count }, () => plainPeer(port)));
/** True when FIN has come from the server; a reset is an 'error' instead. */
const hasFinished = (peer: Peer): boolean => peer.readableEnded;
/** Bytes that wait for the first peer. */
const waiting = ({ connections }: Listener): number => connections.list(0, 1)[0]?.queuedBytes ?? 0;
const failures = (recorder: TestRecorder): string[] =>
  recorder.details('note').flatMap((note) => (note.note === 'reply-failed' ? [note.code] : []));
const catastrophe = `${'a'.repeat(40)}!`;

describe('several clients at once', () => {
  const http = { status: 404, headers: 'X-Room: 1', body: text('gone') };
  const answer = 'HTTP/1.1 404 Not Found\r\nX-Room: 1\r\nContent-Length: 4\r\n\r\ngone';
  const cases: [Partial<ReplySettings>, string, (said: string) => string | RegExp][] = [
    [{ kind: 'none' }, 'x', () => ''],
    [{ kind: 'echo' }, 'grüße', (said) => said],
    [{ kind: 'echo', boundary: 'line' }, 'a\r\nb\n', (said) => said],
    [{ kind: 'upper' }, 'grüße', (said) => said.toUpperCase()],
    [
      { kind: 'timestamp' },
      'now',
      (said) => new RegExp(`^\\[\\w{3} \\w{3} [ \\d]\\d [\\d:]{8} \\d{4}\\] ${said}$`),
    ],
    [{ kind: 'prefix' }, 'hello', (said) => `OK...${said}`],
    [{ kind: 'fixed', fixed: text('no\\n'), boundary: 'line' }, 'a\nb\n', () => 'no\nno\n'],
    [{ kind: 'http', http }, 'GET / HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n', () => answer + answer],
    [{ kind: 'rules', rules: [newRule('regex', '(\\d+)', '<$1>')] }, 'a 42', () => '<42>'],
  ];

  test.each(cases)('each get their own answers: %j', async (reply, message, expected) => {
    const { port, recorder } = await serving(reply);
    const all = await peers(port);
    await until(() => recorder.details('opened').length === all.length);
    for (const [index, peer] of all.entries()) peer.write(reply.kind === 'rules' ? `a 4${index}` : message);
    await until(() => recorder.bytes('received').length >= all.length * Buffer.byteLength(message));
    for (const [index, peer] of all.entries()) {
      const wanted = reply.kind === 'rules' ? `<4${index}>` : expected(message);
      await until(() =>
        typeof wanted === 'string' ? received(peer) === wanted : wanted.test(received(peer)),
      );
    }
    // What was sent is in the log, like anything else that is sent.
    expect(recorder.bytes('sent').length).toBe(
      all.reduce((sum, peer) => sum + Buffer.concat(peer.received).length, 0),
    );
  });

  test('of a chat hear all others and not themselves, also when one has gone', async () => {
    const { port, recorder } = await serving({ kind: 'chat' });
    const all = await peers(port, 3);
    const [ada, ben, cy] = all as [Peer, Peer, Peer];
    await until(() => recorder.details('opened').length === 3);
    ada.write('hi, ada here\n');
    await Promise.all([heard(ben, 'hi, ada here\n'), heard(cy, 'hi, ada here\n')]);
    ben.destroy();
    await until(() => recorder.ends().length === 1);
    cy.write('bye\n');
    await heard(ada, 'bye\n');
    expect(received(cy)).toBe('hi, ada here\n');
  });

  test('of a chat miss what is said while they do not read, say so once, and hear again', async () => {
    const { port, recorder, listener } = await serving({ kind: 'chat' });
    const [deaf, ada, ben] = (await peers(port, 3)) as [Peer, Peer, Peer];
    await until(() => recorder.details('opened').length === 3);
    deaf.pause();
    const count = ({ received: chunks }: Peer) => chunks.reduce((sum, { length }) => sum + length, 0);
    const piece = Buffer.alloc(1024 * 1024, 'a');
    for (let said = 1; said <= 80; said++) {
      ada.write(piece);
      await until(() => count(ben) === said * piece.length);
    }
    expect(waiting(listener)).toBeLessThan(66 * 1024 * 1024);
    expect(waiting(listener)).toBeGreaterThan(60 * 1024 * 1024);
    expect(failures(recorder)).toEqual(['CHAT_BEHIND']);
    deaf.resume();
    await until(() => waiting(listener) === 0);
    ada.write('welcome back');
    await until(() => String(deaf.received.at(-1)).endsWith('welcome back'));
    expect(count(deaf)).toBeLessThan(80 * piece.length);
    expect(failures(recorder)).toEqual(['CHAT_BEHIND']);
  });

  test('of a chat are behind by messages too, however short those are', async () => {
    const { port, recorder, listener } = await serving({ kind: 'chat', boundary: 'line' });
    const [deaf, ada] = (await peers(port, 2)) as [Peer, Peer];
    await until(() => recorder.details('opened').length === 2);
    deaf.pause();
    const piece = `${'a'.repeat(1024 * 1024 - 1)}\n`;
    for (let said = 0; said < 8; said++) ada.write(piece);
    await until(() => listener.connections.receivedBytes === 8 * piece.length);
    const speaker = [...listener.connections.open].find(({ remote }) => remote!.port === ada.localPort)!;
    for (let said = 0; said < 600_000; said++) listener.connections.sendToOthers(speaker, 0, 1);
    expect(failures(recorder)).toEqual(['CHAT_BEHIND']);
    expect(waiting(listener)).toBeLessThan(16 * 1024 * 1024);
  });
});

describe('messages', () => {
  test('that are stuck together come apart as lines, and one in pieces is one', async () => {
    const { port } = await serving({ kind: 'prefix', prefix: text('>'), boundary: 'line' });
    const peer = await plainPeer(port);
    peer.write('one\ntwo\r\nth');
    await heard(peer, '>one\n>two\r\n');
    peer.write('ree\n');
    await heard(peer, '>one\n>two\r\n>three\n');
    peer.end('rest');
    await heard(peer, '>one\n>two\r\n>three\n>rest');
    await until(() => hasFinished(peer));
  });

  test('of many MiB without a line end are all answered, with one note on their connection', async () => {
    const { port, recorder } = await serving({ kind: 'upper', boundary: 'line' });
    const peer = await plainPeer(port);
    peer.end(Buffer.alloc(10 * 1024 * 1024, 'a'));
    await once(peer, 'end');
    const answer = Buffer.concat(peer.received);
    expect(answer.equals(Buffer.alloc(10 * 1024 * 1024, 'A'))).toBe(true);
    const notes = recorder.details('note').filter(({ note }) => note === 'reply-failed');
    expect(notes).toEqual([expect.objectContaining({ code: 'LINE_TOO_LONG' })]);
    await until(() => recorder.ends().length === 1);
  });

  test('of a peer that does not read are no longer read once its replies reach the high-water mark', async () => {
    const { port, recorder, listener } = await serving({
      kind: 'fixed',
      boundary: 'line',
      fixed: text('x'.repeat(100_000)),
    });
    const peer = await plainPeer(port);
    peer.pause();
    // Without a bound these lines would be answered by 100 GB.
    peer.write('\n'.repeat(1_000_000));
    await until(() => waiting(listener) > defaultOptions().highWaterBytes);
    const seen = recorder.bytes('received').length;
    expect(seen).toBeLessThan(1_000_000);
    const other = await plainPeer(port);
    other.write('\n');
    await until(() => Buffer.concat(other.received).length === 100_000);
    expect(recorder.bytes('received').length).toBe(seen + 1);
    expect(listener.connections.openCount).toBe(2);
  });
});

test('replies that wait are bounded in number too, however short they are', async () => {
  const { port, listener } = await serving(
    {
      kind: 'rules',
      boundary: 'line',
      rules: [newRule('exact', 'a', 'x'.repeat(100)), newRule('exact', 'b', 'y'.repeat(100))],
    },
    { options: { ...defaultOptions(), highWaterBytes: 1_073_741_824 } },
  );
  const peer = await plainPeer(port);
  peer.pause();
  peer.write('a\nb\n'.repeat(150_000));
  await until(() => listener.connections.openCount === 1);
  const [connection] = listener.connections.open;
  await until(() => connection!.queuedMessages > 10_000);
  await until(() => Number(connection!.info.notReadingSince) > 0);
  expect(connection!.queuedMessages).toBeLessThan(100_000);
  let taken = 0;
  peer.on('data', (bytes) => (taken += bytes.length)).resume();
  await until(() => taken === 300_000 * 100);
});

describe('a greeting', () => {
  test('comes first, before what the peer says is answered', async () => {
    const { port } = await serving({ kind: 'echo', greeting: text('hello\\r\\n') });
    const all = await peers(port);
    for (const peer of all) peer.write('hi');
    await Promise.all(all.map((peer) => heard(peer, 'hello\r\nhi')));
  });

  test('and close delivers every byte, then FIN, to a peer that reads late too', async () => {
    const long = 'x'.repeat(262_144);
    const { port, recorder } = await serving({ greeting: text(long), greetingThenClose: true });
    const all = await peers(port, 10);
    for (const peer of all) peer.pause();
    await until(() => recorder.details('opened').length === 10);
    for (const peer of all) peer.resume();
    await until(() => all.every(hasFinished));
    for (const peer of all) expect(received(peer) === long).toBe(true);
    for (const peer of all) peer.destroy();
    await until(() => recorder.ends().length === 10);
    for (const end of recorder.details('closed'))
      expect(end).toMatchObject({ by: 'us', how: 'close', unsentBytes: 0 });
  });

  test('and close reaches a peer that speaks at once', async () => {
    const { port, recorder } = await serving({ kind: 'echo', greeting: text('hi'), greetingThenClose: true });
    for (let round = 0; round < 20; round++) {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.on('error', () => socket.destroy()).write('GET / HTTP/1.1\r\n\r\n');
      const chunks: Buffer[] = [];
      socket.on('data', (bytes: Buffer) => chunks.push(bytes));
      await once(socket, 'close');
      expect(Buffer.concat(chunks).toString()).toBe('hi');
    }
    await until(() => recorder.ends().length === 20);
  });
});

describe('rules', () => {
  test('close after the reply, which arrives, with the right end record', async () => {
    const { port, recorder } = await serving({
      kind: 'rules',
      boundary: 'line',
      rules: [newRule('exact', 'bye', 'goodbye\\n', { then: 'close', note: 'it left' })],
    });
    const peer = await plainPeer(port);
    peer.write('bye\nbye\n');
    await once(peer, 'end');
    expect(received(peer)).toBe('goodbye\n');
    peer.destroy();
    await until(() => recorder.ends().length === 1);
    expect(recorder.details('closed')).toMatchObject([{ by: 'us', how: 'close' }]);
    expect(recorder.details('note')).toEqual([{ kind: 'note', note: 'rule', rule: 1, words: 'it left' }]);
  });

  test('reset with the right end record, and the listener goes on', async () => {
    const { port, recorder } = await serving({
      kind: 'rules',
      rules: [newRule('starts', 'boom', '', { then: 'reset' }), newRule('contains', 'x', 'y')],
    });
    const peer = await plainPeer(port);
    const failed = once(peer, 'error') as Promise<[NodeJS.ErrnoException]>;
    peer.write('boom');
    expect((await failed)[0].code).toBe('ECONNRESET');
    await until(() => recorder.ends().length === 1);
    expect(recorder.details('closed')).toMatchObject([{ by: 'us', how: 'reset' }]);
    const next = await plainPeer(port);
    next.write('x');
    await heard(next, 'y');
  });

  test('answer late also a peer that has finished sending, before this side finishes', async () => {
    const { port, recorder } = await serving({
      kind: 'rules',
      rules: [newRule('exact', 'slow', 'at last', { delayMs: 200 })],
    });
    const peer = await plainPeer(port);
    peer.end('slow');
    await once(peer, 'end');
    expect(received(peer)).toBe('at last');
    await until(() => recorder.ends().length === 1);
    expect(recorder.details('closed')).toMatchObject([{ by: 'peer', how: 'finish', unsentBytes: 0 }]);
  });

  test('with delayed replies end with their connection, and stopping does not wait for them', async () => {
    const { port, recorder, listener } = await serving({
      kind: 'rules',
      rules: [newRule('contains', 'slow', 'never', { delayMs: 3_600_000 })],
    });
    const [one, two] = (await peers(port, 2)) as [Peer, Peer];
    one.write('slow');
    two.end('slow');
    await until(() => recorder.bytes('received').length === 8);
    await listener.stop();
    expect(recorder.ends()).toHaveLength(2);
    expect(recorder.bytes('sent').length).toBe(0);
  });

  test('that take too long are a note on their connection, while others are served', async () => {
    const { port, recorder } = await serving({
      kind: 'rules',
      boundary: 'line',
      rules: [newRule('regex', '^(a+)+$', 'all a\\n'), newRule('contains', '', '?\\n')],
    });
    const [bad, good] = (await peers(port, 2)) as [Peer, Peer];
    await until(() => recorder.details('opened').length === 2);
    bad.write(`${catastrophe}\n`);
    good.write('aaa\nb\n');
    await Promise.all([heard(good, 'all a\n?\n'), heard(bad, '?\n')]);
    bad.write('aaa\n');
    await heard(bad, '?\n?\n');
    good.write('aa\n');
    await heard(good, 'all a\n?\nall a\n');
    const slow = recorder.records.filter(({ detail }) => detail?.kind === 'note');
    expect(slow.map(({ detail }) => detail)).toEqual([
      expect.objectContaining({ note: 'reply-failed', rule: 1, code: 'RULE_TIMEOUT' }),
    ]);
    const [spoke] = recorder.records.filter(({ kind, length }) => kind === 'received' && length > 40);
    expect(slow[0]!.stream).toBe(spoke!.stream);
  });
});

describe('HTTP', () => {
  const body = 'x'.repeat(100_000);
  const http = { status: 200, headers: 'Content-Type: text/plain', body: text(body) };

  test('serves a client of the platform', async () => {
    const { port } = await serving({ kind: 'http', http });
    for (let round = 0; round < 3; round++) {
      const response = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        body: 'y'.repeat(200_000),
      });
      expect([response.status, (await response.text()) === body]).toEqual([200, true]);
    }
    const head = await fetch(`http://127.0.0.1:${port}/`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('100000');
  });

  test('closes after an answer to HTTP/1.0, when all of it has left', async () => {
    const { port, recorder } = await serving({ kind: 'http', http });
    const peer = await plainPeer(port);
    peer.write('GET / HTTP/1.0\r\n\r\n');
    await once(peer, 'end');
    expect(received(peer).endsWith(`\r\n\r\n${body}`)).toBe(true);
    peer.destroy();
    await until(() => recorder.ends().length === 1);
    expect(recorder.details('closed')).toMatchObject([{ by: 'us', how: 'close' }]);
  });

  test('takes heads that come a byte at a time', async () => {
    const { port } = await serving({ kind: 'http', http: { ...http, body: text('hi') } });
    const peer = await plainPeer(port);
    for (const byte of 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n') {
      peer.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await once(peer, 'end');
    expect(received(peer)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhi$/);
  });
});

test('a hostile flood of short lines keeps memory bounded, for every kind', async () => {
  const flood = Buffer.alloc(4 * 1024 * 1024, '\n');
  for (const kind of ['fixed', 'prefix', 'rules', 'timestamp', 'http'] as const) {
    const recorder = new TestRecorder(false);
    const long = text('x'.repeat(200_000));
    const { port, listener } = await listening(
      {
        reply: {
          ...defaultReply(),
          kind,
          boundary: 'line',
          fixed: long,
          prefix: long,
          http: { status: 200, headers: '', body: long },
          rules: [newRule('regex', '^', `$&${'x'.repeat(200_000)}`)],
        },
      },
      {},
      recorder,
    );
    const before = process.memoryUsage().rss;
    const peer = await plainPeer(port);
    peer.pause();
    peer.write(kind === 'http' ? 'GET / HTTP/1.1\n\n'.repeat(100_000) : flood);
    await until(() => waiting(listener) > (kind === 'timestamp' ? 0 : defaultOptions().highWaterBytes));
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
    await listener.stop();
  }
});
