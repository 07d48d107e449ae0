import { describe, expect, it } from 'vitest';
import { utf8 } from '../testing/bytes.ts';
import { texts } from '../texts/index.ts';
import type { ClientConversation, ServerConversation } from './conversation.ts';
import { programIds } from './program-ids.ts';
import { languages, mostProgramBytes, mostProgramMessages, programOf } from './programs.ts';

const words = texts.programs.comments;
const client = (some: Partial<ClientConversation> = {}): ClientConversation => ({
  role: 'client',
  ...{ transport: 'tcp', host: 'example.org', port: 80, path: '' },
  tls: { verify: true, ca: null, servername: '', alpn: [] },
  messages: [{ bytes: utf8('hello'), pauseMs: 0 }],
  ...some,
});
const server = (some: Partial<ServerConversation> = {}): ServerConversation => ({
  role: 'server',
  ...{ transport: 'tcp', host: '127.0.0.1', port: 9000, path: '' },
  ...{ greeting: utf8(''), answer: 'echo' },
  ...some,
});

describe('a program', () => {
  it('is there in each language over each transport that it names, as plain ASCII', () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const messages = [{ bytes: all, pauseMs: 1500 }];
    const where = { host: 'bücher.example', path: '/tmp/ü\u202e' };
    for (const id of programIds) {
      for (const transport of languages[id].client) {
        const written = programOf(id, client({ ...where, transport, messages }), words);
        expect(written.ok && written.text, `${id} ${transport}`).toMatch(/^[\n\t\x20-\x7e]+\n$/);
      }
      for (const transport of languages[id].server) {
        const written = programOf(id, server({ ...where, transport, greeting: all, answer: all }), words);
        expect(written.ok && written.text, `${id} ${transport}`).toMatch(/^[\n\t\x20-\x7e]+\n$/);
      }
    }
  });

  it('has no long lines, however long its messages are', () => {
    const messages = [{ bytes: new Uint8Array(1000).fill(0xff), pauseMs: 1500 }];
    for (const id of programIds)
      for (const transport of languages[id].client) {
        const written = programOf(id, client({ transport, messages }), words);
        expect(written.ok && /.{160,}/.exec(written.text)?.[0], id).toBeFalsy();
      }
  });

  it('is refused where the language cannot do it, and where there is too much to write', () => {
    const bytes = new Uint8Array(mostProgramBytes + 1);
    const long = [{ bytes, pauseMs: 0 }];
    const many = Array.from({ length: mostProgramMessages + 1 }, () => ({ bytes: utf8('x'), pauseMs: 0 }));
    const refused = (...args: [(typeof programIds)[number], ClientConversation | ServerConversation]) => {
      const written = programOf(...args, words);
      return written.ok ? null : written.refusal.code;
    };
    expect(refused('c', client({ transport: 'tls' }))).toBe('transport');
    expect(refused('openssl', client())).toBe('transport');
    expect(refused('bash', server())).toBe('server');
    expect(refused('java', server({ transport: 'tls' }))).toBe('transport');
    expect(refused('python', client({ messages: long }))).toBe('too-long');
    expect(refused('python', client({ messages: many }))).toBe('too-many');
    expect(refused('python', server({ answer: bytes }))).toBe('too-long');
    expect(refused('python', client({ messages: [{ bytes: bytes.subarray(1), pauseMs: 0 }] }))).toBe(null);
  });

  it('says at its top what it does not do, once each', () => {
    const written = programOf('socat', server({ greeting: utf8('hi'), answer: utf8('ok') }), words, [
      'answer',
      'tls-options',
    ]);
    if (!written.ok) throw new Error(written.refusal.code);
    expect(written.lacks).toEqual(['answer', 'tls-options', 'greeting']);
    expect(written.text.split(words.lacks.answer)).toHaveLength(2);
  });

  it('holds nothing in its comments that could end them', () => {
    const opening = () => 'one\ntwo\u2028three\\\u202e ??/ four';
    const written = programOf('c', client(), { ...words, opening });
    expect(written.ok && written.text.startsWith('// one two three /')).toBe(true);
  });
});
