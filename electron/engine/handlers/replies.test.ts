import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { mostStoredBytes } from './reply-writer.ts';
import { repliesOf } from './replies.ts';
import { defaultReply } from '../../../shared/settings/reply.ts';
import type { ReplyKind } from '../../../shared/settings/settings.ts';
import { cutAt } from '../../../shared/testing/cut-at.ts';
import { newRule, testPeer, text } from '../testing/peer-port.ts';

const utf8 = (bytes: Buffer): string => bytes.toString();
/** Nothing of the answers depends on when they are asked for. */
const noon = (): Date => new Date(2026, 10, 20, 12, 0, 0);

describe('each kind', () => {
  test('none answers nothing', () => {
    expect(repliesOf(defaultReply())).toBeNull();
  });

  test('echo names the bytes that were received, and stores nothing', () => {
    const { port, say } = testPeer({ kind: 'echo' });
    say('hello', 'world');
    expect(port.replies()).toEqual(['hello', 'world']);
    expect(port.recorder.store(Buffer.of())).toBe(10);
  });

  test('upper answers in upper case, with characters that a chunk cuts', () => {
    const { port, replier, say } = testPeer({ kind: 'upper' });
    say('grü', Buffer.of(0xc3), Buffer.of(0x9f), 'e', Buffer.of(0xe2, 0x82));
    expect(utf8(port.replied)).toBe('GRÜSSE');
    replier.finished(() => undefined);
    expect(port.replied.subarray(-2)).toEqual(Buffer.of(0xe2, 0x82));
  });

  test('upper reads what the peer sends as the server shows it, where a chunk cuts it too', () => {
    const { port, say } = testPeer({ kind: 'upper' }, 'stream', { encoding: 'gbk' });
    // 8161 is one character of GBK, though 61 is a letter where it stands alone.
    say(Buffer.from('6181', 'hex'), Buffer.from('6162', 'hex'));
    expect(port.replied.toString('hex')).toBe('41816142');
  });

  test('upper is the same wherever the stream is cut', () => {
    const stream = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: 'grapheme' }).map((some) => Buffer.from(some)),
    );
    fc.assert(
      fc.property(stream, fc.array(fc.nat(100)), (bytes, places) => {
        const [whole, cut] = [testPeer({ kind: 'upper' }), testPeer({ kind: 'upper' })];
        whole.say(bytes);
        cut.say(...cutAt(bytes, places));
        for (const { replier } of [whole, cut]) replier.finished(() => undefined);
        expect(cut.port.replied).toEqual(whole.port.replied);
      }),
    );
  });

  test('timestamp writes the local time in front', () => {
    const { port, say } = testPeer({ kind: 'timestamp' }, 'stream', {
      clock: () => new Date(2026, 10, 20, 14, 2, 11),
    });
    say('text');
    expect(port.replies()).toEqual(['[Fri Nov 20 14:02:11 2026] text']);
  });

  test('text is written in its own encoding, of rules and of their groups too', () => {
    const gbk = (written: string) => ({ ...text(written), encoding: 'gbk' as const });
    const fixed = testPeer({ kind: 'fixed', fixed: gbk('温\\xff') });
    fixed.say('?');
    expect(fixed.port.replied).toEqual(Buffer.of(0xce, 0xc2, 0xff));
    const rule = { ...newRule('regex', '(b+)', ''), reply: gbk('温$1') };
    const rules = testPeer({ kind: 'rules', rules: [rule] });
    rules.say('abba');
    expect(rules.port.replied).toEqual(Buffer.of(0xce, 0xc2, 0x62, 0x62));
  });

  test('prefix writes its bytes in front, in one reply', () => {
    const { port, say } = testPeer({ kind: 'prefix', prefix: { mode: 'hex', text: '4f 4b 00' } });
    say('text');
    expect(port.replies()).toEqual(['OK\0text']);
  });

  test('fixed answers every message alike, and stores it once for one read', () => {
    const { port, say } = testPeer({ kind: 'fixed', fixed: text('yes\\n'), boundary: 'line' });
    say('a\nb\nc\n');
    expect(port.replies()).toEqual(['yes\n', 'yes\n', 'yes\n']);
    expect(port.recorder.store(Buffer.of())).toBe(6 + 4);
  });

  test('chat hands each message to the others, its bytes as they are', () => {
    const { port, say } = testPeer({ kind: 'chat', boundary: 'line' });
    say('hello\nwor', 'ld\n');
    expect([port.replies(), port.replies(true)]).toEqual([[], ['hello\n', 'world\n']]);
    const datagrams = testPeer({ kind: 'chat' }, 'datagram');
    datagrams.say('hello', '', 'world');
    expect(datagrams.port.replies(true)).toEqual(['hello', '', 'world']);
  });

  test('chat hands on what one read holds as one piece, so that a flood of lines costs no more than its bytes', () => {
    const { port, say } = testPeer({ kind: 'chat', boundary: 'line' });
    say('wor', 'ld\na\n\n\nb\nrest');
    expect(port.replies(true)).toEqual(['world\n', 'a\n\n\nb\n']);
  });
});

describe('messages', () => {
  const kinds: ReplyKind[] = ['echo', 'upper', 'timestamp', 'prefix', 'fixed', 'rules'];
  const rules = [newRule('regex', '^.*$', '<$&>\\n')];

  test.each(kinds)('of lines have the same answers wherever the stream is cut: %s', (kind) => {
    const settings = { kind, boundary: 'line', fixed: text('ok'), rules } as const;
    const stream = fc.array(fc.constantFrom('a', 'ß', '\r', '\n', '😀'), { maxLength: 40 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(90)), (characters, places) => {
        const bytes = Buffer.from(characters.join(''));
        const [whole, cut] = [
          testPeer(settings, 'stream', { clock: noon }),
          testPeer(settings, 'stream', { clock: noon }),
        ];
        whole.say(bytes);
        cut.say(...cutAt(bytes, places));
        for (const { replier } of [whole, cut]) replier.finished(() => undefined);
        expect(cut.port.replies()).toEqual(whole.port.replies());
      }),
    );
  });

  test.each(kinds)('of datagrams have their own boundaries, whatever is set: %s', (kind) => {
    const { port, say } = testPeer({ kind, boundary: 'line', fixed: text('ok'), rules }, 'datagram', {
      clock: noon,
    });
    say('one\ntwo', 'three');
    expect(port.count).toBe(2);
  });

  test('of one empty datagram are answered too', () => {
    for (const kind of ['echo', 'upper', 'prefix'] as const) {
      const { port, say } = testPeer({ kind }, 'datagram');
      say('');
      expect(port.replies()).toEqual([kind === 'prefix' ? 'OK...' : '']);
    }
  });

  test('without their line end are answered when the peer has finished', () => {
    const { port, replier, say } = testPeer({ kind: 'prefix', boundary: 'line' });
    say('abc');
    expect(port.count).toBe(0);
    const answered = vi.fn(() => expect(port.replies()).toEqual(['OK...abc']));
    replier.finished(answered);
    expect(answered).toHaveBeenCalledOnce();
  });

  test('of 10 MiB without a line end are answered in pieces, with one note', () => {
    const { port, replier, say } = testPeer({ kind: 'echo', boundary: 'line' });
    for (let read = 0; read < 160; read++) say(Buffer.alloc(64 * 1024, 'a'));
    replier.finished(() => undefined);
    expect(port.replied.length).toBe(10 * 1024 * 1024);
    expect(port.failures()).toEqual(['LINE_TOO_LONG']);
  });

  test('that ask for more than there is room for are left unanswered, with one note', () => {
    const { port, say } = testPeer({ kind: 'prefix', boundary: 'line', prefix: text('a'.repeat(262_144)) });
    say('\n'.repeat(65_536), '\n');
    const length = port.replied.length;
    expect(length).toBeGreaterThan(mostStoredBytes / 2);
    expect(length).toBeLessThanOrEqual(mostStoredBytes + 262_145);
    expect(port.failures()).toEqual(['REPLIES_TOO_LONG']);
  });
});

describe('a greeting', () => {
  test('goes out first, whatever is answered afterwards', () => {
    for (const kind of ['none', 'echo', 'upper'] as const) {
      const { port, say } = testPeer({ kind, greeting: text('hi\\r\\n') });
      say('a');
      expect(port.replies()).toEqual(['hi\r\n', ...{ none: [], echo: ['a'], upper: ['A'] }[kind]]);
      expect(port.ends).toEqual([]);
    }
  });

  test('may be all there is', () => {
    const { port, say } = testPeer({ kind: 'echo', greeting: text('hi'), greetingThenClose: true });
    say('a');
    expect([port.replies(), port.ends]).toEqual([['hi'], ['close']]);
  });

  test('that is empty closes nothing', () => {
    expect(repliesOf({ ...defaultReply(), greetingThenClose: true })).toBeNull();
  });

  test('is for streams alone', () => {
    const { port } = testPeer({ kind: 'echo', greeting: text('hi') }, 'datagram');
    expect(port.count).toBe(0);
  });
});

describe('HTTP', () => {
  const http = { status: 200, headers: 'A: b', body: text('body') };
  const full = 'HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 4\r\n\r\nbody';

  test('answers requests in their order, HEAD without the body, and goes on', () => {
    const { port, say } = testPeer({ kind: 'http', http });
    say('GET / HTTP/1.1\r\n\r\nHEAD / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab');
    expect(port.replies()).toEqual([full, full.slice(0, -4)]);
    say('c');
    expect(port.replies()).toEqual([full, full.slice(0, -4), full]);
    expect(port.ends).toEqual([]);
  });

  test('closes after the answer when the request or the answer says so', () => {
    const answering = (request: string, headers = '') => {
      const { port, say } = testPeer({ kind: 'http', http: { ...http, headers } });
      say(`${request}GET / HTTP/1.1\r\n\r\n`);
      return [port.count, port.ends];
    };
    expect(answering('GET / HTTP/1.0\r\n\r\n')).toEqual([1, ['close']]);
    expect(answering('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toEqual([1, ['close']]);
    expect(answering('GET / HTTP/1.1\r\n\r\n', 'Connection: close')).toEqual([1, ['close']]);
    expect(answering('GET / HTTP/1.1\r\n\r\n')).toEqual([2, []]);
  });

  test('asks for the body of a request that waits for it', () => {
    const { port, say } = testPeer({ kind: 'http', http });
    say('PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
    expect(port.replies()).toEqual(['HTTP/1.1 100 Continue\r\n\r\n']);
    say('hi');
    expect(port.replies().at(-1)).toBe(full);
  });

  test('refuses what is no request with 400, says why, and closes', () => {
    const { port, say } = testPeer({ kind: 'http', http });
    say('hello\r\n', 'GET / HTTP/1.1\r\n\r\n');
    expect(port.replies()).toEqual([
      'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    ]);
    expect([port.failures(), port.ends]).toEqual([['HTTP_BAD_REQUEST'], ['close']]);
  });

  test('answers each datagram as one request', () => {
    const { port, say } = testPeer({ kind: 'http', http }, 'datagram');
    say(
      'M-SEARCH * HTTP/1.1\r\n\r\n',
      'GET / HTTP/1.0\r\nContent-Length: 9\r\n\r\nabc',
      'HEAD / HTTP/1.1\r\n\r\nGET',
    );
    expect(port.replies()).toEqual([full, full, full.slice(0, -4)]);
    say('', 'GET / HTTP/1.1\r\n', 'what');
    expect(
      port
        .replies()
        .slice(3)
        .map((reply) => reply.slice(9, 12)),
    ).toEqual(['400', '400', '400']);
    expect(port.ends).toEqual([]);
    expect(port.failures()).toEqual(['HTTP_BAD_REQUEST']);
  });
});

test('what comes after this side has finished is neither answered nor stored again, but a chat hands it on', () => {
  for (const kind of ['upper', 'prefix', 'fixed', 'timestamp', 'chat'] as const) {
    const { port, replier, say } = testPeer({ kind, boundary: 'line', fixed: text('x') });
    port.end('finish');
    say('a\n');
    const answered = vi.fn();
    replier.finished(answered);
    expect([port.replies(), port.recorder.store(Buffer.of())]).toEqual([[], 2]);
    expect(port.replies(true)).toEqual(kind === 'chat' ? ['a\n'] : []);
    expect(answered).toHaveBeenCalledOnce();
  }
});

test('a mistake in a reply is a note, and the peer is still told that all is answered', () => {
  const broken = vi.fn(() => {
    throw new Error('no clock');
  });
  const { port, replier, say } = testPeer({ kind: 'timestamp', boundary: 'line' }, 'stream', {
    clock: broken,
  });
  say('a\n', 'rest');
  const answered = vi.fn();
  replier.finished(answered);
  expect(answered).toHaveBeenCalledOnce();
  expect(port.notes).toEqual(
    Array(2).fill({ kind: 'note', note: 'reply-failed', rule: null, code: 'UNKNOWN', message: 'no clock' }),
  );
});
