import { expect, test } from 'vitest';
import type { RecordDetail } from '../records.ts';
import type { Why } from '../why.ts';
import { en } from './en.ts';
import { filterOperators } from '../filter/operators.ts';
import { describeBesidePeer, describeRecord, explain, explainRecord, texts } from './index.ts';

const peer = '127.0.0.1:51098';
const failure = (code: string, subject = peer, message = '') => ({ code, subject, message });
const total = { receivedBytes: 10, sentBytes: 1200, unsentBytes: 0, durationMs: 4100 };
const failed = (
  during: 'listening' | 'resolving' | 'connecting' | 'open',
  code: string,
  change = {},
): RecordDetail => ({
  kind: 'failed',
  during,
  code,
  message: '',
  host: '127.0.0.1',
  port: 9000,
  ...total,
  ...change,
});

function everyText(value: unknown, path: string, visit: (path: string, text: string) => void): void {
  if (typeof value === 'string') visit(path, value);
  else if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) everyText(part, `${path}.${key}`, visit);
}

test('no text begins or ends with blanks', () => {
  everyText(en, 'en', (path, text) => expect([path, text]).toEqual([path, text.trim()]));
});

test('the names that people and tests hold on to are as promised', () => {
  const all = new Set<string>();
  everyText(en, 'en', (_, text) => all.add(text));
  for (const name of [
    ...[
      'New server',
      'New client',
      'Start listening',
      'Stop listening',
      'Connect',
      'Disconnect',
      'Send',
      'Clear log',
    ],
    ...[
      'Host',
      'Port',
      'Message',
      'Traffic log',
      'Peers',
      'About the chosen',
      'Start an echo server and connect to it',
    ],
  ])
    expect(all).toContain(name);
});

test('each key of a filter has its help', () => {
  for (const { key } of filterOperators) expect(texts.filter.keys[key]?.meaning, key).toMatch(/\.$/);
});

test('every failure is explained in every situation, with and without its subject', () => {
  for (const code of [...Object.keys(en.failures.known), 'ESOMETHING', 'UNKNOWN', 'constructor', '__proto__'])
    for (const during of [null, 'listening', 'resolving', 'connecting', 'proxying', 'open'] as const)
      for (const subject of [peer, '/tmp/demo.sock', '']) {
        const { what, cause, tryThis } = explain(failure(code, subject), during);
        for (const text of [what, cause, tryThis]) {
          expect(text).not.toMatch(/undefined|\[object|^\s|\s$| {2}|\(\)|^[a-z]+ /);
          expect(text.length).toBeGreaterThan(7);
        }
        expect(what).not.toMatch(/\.$/);
        expect(cause).toMatch(/\.$/);
        expect(tryThis).toMatch(/\.$/);
        if (/^E[A-Z]/.test(code) && !/^(EALREADY|EISCONN)$/.test(code)) expect(what).toContain(code);
      }
});

test('the codes that sockets meet are all known', () => {
  const codes =
    'ECONNREFUSED ECONNRESET ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN EADDRINUSE EADDRNOTAVAIL EACCES ' +
    'EPIPE EMFILE ENFILE ENOBUFS EINVAL EAFNOSUPPORT ENOSPC EIO EROFS ECONNABORTED ERR_SOCKET_BAD_PORT ' +
    'LINK_LOCAL_WITHOUT_ZONE INVALID_ARGUMENT INVALID_FILTER CHANNEL_CLOSED CANCELLED';
  expect(Object.keys(en.failures.known)).toEqual(expect.arrayContaining(codes.split(' ')));
});

test('the same code means different things in different situations', () => {
  expect(explain(failure('EADDRINUSE'), 'listening').what).toBe(
    '127.0.0.1:51098 is already in use (EADDRINUSE)',
  );
  expect(explain(failure('EADDRINUSE'), 'connecting').what).toMatch(/local/);
  expect(explain(failure('EADDRNOTAVAIL'), 'listening').cause).toMatch(/only on addresses/);
  expect(explain(failure('EADDRNOTAVAIL'), 'connecting').what).toMatch(/local/);
  expect(explain(failure('ETIMEDOUT'), 'connecting').cause).toMatch(/firewall/);
  expect(explain(failure('ETIMEDOUT'), 'open').cause).toMatch(/acknowledgement/);
  expect(explain(failure('EACCES'), 'listening').cause).toMatch(/1024/);
});

test('an address of one’s own network that cannot be reached may lack a right on macOS, and no other does', () => {
  const advice = (code: string, subject: string, message = '') =>
    explain(failure(code, subject, message), 'connecting').tryThis;
  for (const subject of ['192.168.1.20:9100', '[fe80::1%en0]:80', 'printer.local:9100'])
    expect(advice('EHOSTUNREACH', subject)).toContain('Privacy & Security, Local Network.');
  expect(advice('EHOSTUNREACH', '192.168.1.20:9', 'send EHOSTUNREACH 192.168.1.20:9')).toContain(
    'Privacy & Security, Local Network.',
  );
  for (const subject of ['203.0.113.7:80', '127.0.0.1:80', 'example.com:80', ''])
    expect(advice('EHOSTUNREACH', subject)).not.toContain('Local Network');
});

test('without a situation the system call in the message tells it', () => {
  const inUse = failure('EADDRINUSE', peer, 'connect EADDRINUSE 127.0.0.1:9 - Local (127.0.0.1:51098)');
  expect(explain(inUse)).toEqual(explain(inUse, 'connecting'));
  const listening = failure('EACCES', peer, 'listen EACCES: permission denied 127.0.0.1:80');
  expect(explain(listening)).toEqual(explain(listening, 'listening'));
  const silent = failure('ETIMEDOUT', peer, 'read ETIMEDOUT');
  expect(explain(silent)).toEqual(explain(silent, 'open'));
  const name = failure('ETIMEDOUT', 'example.com', 'getaddrinfo ETIMEDOUT example.com');
  expect(explain(name).what).toBe('No answer came in time for the address of example.com (ETIMEDOUT)');
});

test('what the engine refuses is told with the sentence of the field', () => {
  expect(explain(failure('INVALID_ARGUMENT', 'host', 'host-empty')).cause).toBe(en.errors['host-empty']);
  expect(explain(failure('INVALID_ARGUMENT', 'host', 'Expected a plain object')).cause).toBe(
    'Expected a plain object.',
  );
  expect(explain(failure('INVALID_ARGUMENT', 'host', 'range')).cause).toMatch(/out of its bounds/);
  expect(explain(failure('EALREADY', '', 'This server is already listening.')).what).toBe(
    'This server is already listening',
  );
});

test('an unknown code keeps the words of the system', () => {
  expect(explain(failure('EWEIRD', 'x:1', 'it went wrong')).what).toBe('x:1: it went wrong (EWEIRD)');
  expect(explain(failure('EWEIRD', '', 'bind EWEIRD')).what).toBe('bind EWEIRD');
  expect(explain(failure('UNKNOWN', '', 'it went wrong')).what).toBe('it went wrong');
});

test('a failure says why by name; one of an older capture keeps its sentence, and one that is damaged says what it can', () => {
  const failed = { kind: 'note', note: 'reply-failed', rule: 3, message: '' } as const;
  const bad = { ...failed, code: 'HTTP_BAD_REQUEST' };
  expect(describeRecord({ ...bad, why: { name: 'http-header' } }, '')).toBe(
    'Rule 3 failed (HTTP_BAD_REQUEST): A header is not “Name: value”.',
  );
  expect(describeRecord({ ...bad, message: 'As it was said once.' }, '')).toBe(
    'Rule 3 failed (HTTP_BAD_REQUEST): As it was said once.',
  );
  expect(describeRecord({ ...failed, rule: null, code: 'CHAT_BEHIND' }, '')).toBe(
    'The reply failed: This peer is too far behind in the chat and misses what is said (CHAT_BEHIND)',
  );
  const why = (name: string) => ({ name }) as unknown as Why;
  for (const name of ['datagram-bytes', 'no such name', 'constructor'])
    expect(describeRecord({ ...bad, why: why(name) }, '')).toMatch(/^Rule 3 failed/);
  expect(
    explain({ ...failure('SOCKS_FAILED'), why: { name: 'socks-answer', answer: 9, target: 'a:1' } }).cause,
  ).toBe('The proxy failed (answer 9). It was asked for a:1.');
});

test('events read as in the picture', () => {
  const opened = {
    kind: 'opened' as const,
    socket: 'stream' as const,
    local: null,
    remote: null,
    carried: false,
  };
  expect(describeRecord({ ...opened, origin: 'accepted' }, '127.0.0.1:51122')).toBe(
    '127.0.0.1:51122 connected',
  );
  expect(describeRecord({ kind: 'half-closed', by: 'peer', closeNotify: null }, '[::1]:40412')).toBe(
    '[::1]:40412 finished sending (half-closed); this side can still send',
  );
  expect(describeRecord(failed('open', 'ECONNRESET'), peer)).toBe(
    '127.0.0.1:51098 reset the connection (ECONNRESET): it closed with data unread, or its program ended',
  );
});

test('beside a column with the peer, sentences do not repeat its address', () => {
  const remote = { host: '127.0.0.1', port: 51122, family: 'IPv4' as const };
  const opened = { kind: 'opened', socket: 'stream', local: null, remote, carried: false } as const;
  expect(describeBesidePeer({ ...opened, origin: 'accepted' })).toBe('The peer connected');
  expect(describeBesidePeer({ ...opened, socket: 'datagram', origin: 'accepted' })).toBe(
    'First datagram from the peer',
  );
  expect(describeBesidePeer(failed('open', 'ECONNRESET'))).toMatch(/^The peer reset the connection/);
  expect(describeBesidePeer({ kind: 'half-closed', by: 'us', closeNotify: null })).toMatch(
    /^Finished sending to the peer/,
  );
  expect(describeBesidePeer({ kind: 'closed', by: 'us', how: 'close', ...total, unsentBytes: 0 })).toMatch(
    /^Closed the connection; after/,
  );
});

test('no failure is a bare code: its sentence says what it means, and it is explained', () => {
  const note = { kind: 'note', message: '' } as const;
  const refused = { note: 'datagram-failed', length: null, code: 'ECONNREFUSED' } as const;
  const answered = { ...note, ...refused, message: 'recvmsg ECONNREFUSED' };
  expect(describeRecord(answered, peer)).toBe(
    `${peer} refused an earlier datagram (ECONNREFUSED): nothing is bound to that port`,
  );
  const long = { ...note, note: 'datagram-failed', length: 70_000, code: 'EMSGSIZE' } as const;
  expect(describeRecord({ ...long, message: 'send EMSGSIZE' }, peer)).toBe(
    `A datagram of 70,000 bytes to ${peer} was not sent: The datagram is too long (EMSGSIZE)`,
  );
  const group = { ...note, note: 'group-failed', group: '239.1.2.3', code: 'ENODEV' } as const;
  expect(describeRecord({ ...group, message: 'addMembership ENODEV' }, '')).toMatch(
    /^239\.1\.2\.3 could not be joined or left: There is no such network interface.* \(ENODEV\)$/,
  );
  expect(explainRecord(answered, peer)?.tryThis).toMatch(/Start the program there/);
  const remote = { host: '127.0.0.1', port: 9000, family: 'IPv4' as const };
  const attempt = { kind: 'attempted', remote, durationMs: 3 } as const;
  expect(explainRecord({ ...attempt, outcome: 'failed', code: 'ECONNREFUSED' }, '')?.what).toMatch(
    /nothing listens there$/,
  );
  expect(explainRecord({ ...attempt, outcome: 'connected', code: null }, '')).toBe(null);
});

test('a UDP socket is bound and does not listen', () => {
  const local = { host: '::1', port: 9000, family: 'IPv6' as const };
  expect(describeRecord({ kind: 'listening', local, backlog: 0 }, '')).toBe('Bound to [::1]:9000');
  expect(describeRecord({ kind: 'listening', local, backlog: 1 }, '')).toBe('Listening on [::1]:9000');
});

test('the three ends are told apart, with what went each way', () => {
  const closed = (by: 'us' | 'peer', how: 'finish' | 'close' | 'reset', unsentBytes = 0) =>
    describeRecord({ kind: 'closed', by, how, ...total, unsentBytes }, peer);
  expect(closed('peer', 'close')).toBe(
    `${peer} closed the connection; after 4.10 s, received 10 bytes, sent 1,200 bytes`,
  );
  expect(closed('us', 'finish')).toMatch(/both sides finished sending/);
  expect(closed('us', 'reset', 7)).toBe(
    `Reset the connection with ${peer} (RST); after 4.10 s, received 10 bytes, sent 1,200 bytes; 7 bytes were never sent`,
  );
  expect(
    new Set(
      (['finish', 'close', 'reset'] as const).flatMap((how) => [closed('us', how), closed('peer', how)]),
    ).size,
  ).toBe(5);
});

test('failures name what failed', () => {
  expect(describeRecord(failed('connecting', 'ECONNREFUSED'), '')).toBe(
    '127.0.0.1:9000 refused the connection (ECONNREFUSED): nothing listens there',
  );
  expect(describeRecord(failed('resolving', 'ENOTFOUND', { host: 'no.such.host' }), '')).toBe(
    'no.such.host was not found (ENOTFOUND)',
  );
  expect(describeRecord(failed('listening', 'EADDRINUSE', { host: '' }), '')).toBe(
    'Port 9000 is already in use (EADDRINUSE)',
  );
  expect(describeRecord(failed('open', 'ETIMEDOUT', { unsentBytes: 5 }), peer)).toMatch(
    /; 5 bytes were never sent$/,
  );
  expect(describeRecord(failed('open', 'ECONNRESET', { host: '', port: 0 }), '')).toMatch(/^The peer reset/);
});

test('every record has a sentence, with and without a peer', () => {
  const local = { host: '::1', port: 9000, family: 'IPv6' as const };
  const attempt = { kind: 'attempted' as const, remote: local, code: 'ECONNREFUSED', durationMs: 3 };
  const details: RecordDetail[] = [
    { kind: 'listening', local, backlog: 511 },
    { kind: 'stopped', connections: 2, durationMs: 5000 },
    { kind: 'resolved', host: 'localhost', addresses: ['::1', '127.0.0.1'], durationMs: 3, code: null },
    { kind: 'resolved', host: 'nowhere', addresses: [], durationMs: 3, code: 'ENOTFOUND' },
    ...(['connected', 'failed', 'timed-out', 'abandoned'] as const).map((outcome) => ({
      ...attempt,
      outcome,
    })),
    { kind: 'opened', socket: 'stream', origin: 'initiated', local, remote: local, carried: false },
    { kind: 'opened', socket: 'stream', origin: 'accepted', local, remote: null, carried: true },
    { kind: 'half-closed', by: 'us', closeNotify: null },
    { kind: 'note', note: 'not-reading', queuedBytes: 7 },
    { kind: 'note', note: 'reading-again', durationMs: 7 },
    { kind: 'note', note: 'refused', count: 7, limit: 3 },
    { kind: 'note', note: 'retry', delayMs: 1000, attempt: 2 },
    { kind: 'note', note: 'close-deadline', unsentBytes: 7 },
    { kind: 'note', note: 'capture-ended-early' },
    { kind: 'note', note: 'capture-failed', code: 'ENOSPC' },
  ];
  const sentences = details.flatMap((detail) => [describeRecord(detail, peer), describeRecord(detail, '')]);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z0-9[a-z].{9,}[^.]$/);
  expect(sentences.join('\n')).not.toMatch(/undefined|null|\[object/);
  expect(sentences).toContain('Listening on [::1]:9000');
});

test('a group without a way to it is told to name the interface', () => {
  for (const subject of ['239.1.2.3:9000', '[ff02::1234]:9000'])
    for (const code of ['ENETUNREACH', 'EADDRNOTAVAIL', 'EINVAL'])
      expect(explain({ code, subject, message: `send ${code}` }).tryThis).toContain('Name the interface');
  expect(
    explain({ code: 'ENETUNREACH', subject: '10.0.0.1:9', message: 'send ENETUNREACH' }).tryThis,
  ).not.toContain('interface');
});

test.each([
  [0, 0, '0 records, 10 B'],
  [1, 0, '1 record, 10 B: it is whole'],
  [1, 1, '1 record, 10 B: it is damaged'],
  [2, 0, '2 records, 10 B: all of them are whole'],
  [2, 1, '2 records, 10 B: 1 of them is damaged'],
  [2, 2, '2 records, 10 B: 2 of them are damaged'],
])('says of %i records that %i are damaged', (records, damaged, said) => {
  expect(texts.verifying.damaged(records, 10, damaged)).toBe(said);
});
