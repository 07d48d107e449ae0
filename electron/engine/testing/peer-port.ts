/** A peer for tests of replies: keeps what it is sent, and what is done to it. */
import type { EndKind } from '../../../shared/domain.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import { defaultReply } from '../../../shared/settings/reply.ts';
import type { ReplySettings, Rule } from '../../../shared/settings/settings.ts';
import type { Place } from '../capture/recorder.ts';
import { TestRecorder } from './recorder.ts';
import { RuleBudget } from '../net/rule-budget.ts';
import type { Handler, PeerPort } from '../net/handler.ts';
import { repliesOf, type ReplyTools } from '../handlers/replies.ts';

export class TestPort implements PeerPort {
  readonly recorder = new TestRecorder();
  readonly kind: 'stream' | 'datagram';
  readonly ends: EndKind[] = [];
  readonly notes: RecordDetail[] = [];
  #replies: { place: Place; length: number; toOthers: boolean }[] = [];

  constructor(kind: 'stream' | 'datagram' = 'stream') {
    this.kind = kind;
  }

  about() {
    return { connection: 1, local: null, remote: null };
  }

  takesReplies(): boolean {
    return this.ends.length === 0;
  }

  reply(place: Place, length: number): void {
    this.#replies.push({ place, length, toOthers: false });
  }

  toOthers(place: Place, length: number): void {
    this.#replies.push({ place, length, toOthers: true });
  }

  end(how: EndKind): void {
    this.ends.push(how);
  }

  note(detail: RecordDetail): void {
    this.notes.push(detail);
  }

  get count(): number {
    return this.#replies.length;
  }

  /** Each reply by itself, as single bytes in a string. */
  replies(toOthers = false): string[] {
    return this.#replies
      .filter((reply) => reply.toOthers === toOthers)
      .map(({ place, length }) => Buffer.from(this.recorder.readNow(place, length) ?? []).toString('latin1'));
  }

  /** All replies together. */
  get replied(): Buffer {
    return Buffer.from(this.replies().join(''), 'latin1');
  }

  failures(): string[] {
    return this.notes.flatMap((detail) =>
      detail.kind === 'note' && detail.note === 'reply-failed' ? [detail.code] : [],
    );
  }
}

export type TestPeer = { port: TestPort; replier: Handler; say(...chunks: (string | Uint8Array)[]): void };

/** A peer that has just connected. */
export function testPeer(
  changes: Partial<ReplySettings>,
  kind: 'stream' | 'datagram' = 'stream',
  tools: ReplyTools = {},
): TestPeer {
  const port = new TestPort(kind);
  const replier = repliesOf({ ...defaultReply(), prefix: text('OK...'), ...changes }, null, {
    budget: new RuleBudget(),
    ...tools,
  })?.(port);
  if (!replier) throw new Error('nothing is answered');
  replier.opened();
  const say = (...chunks: (string | Uint8Array)[]): void => {
    for (const chunk of chunks) {
      // As sockets do: the memory is used again after the call.
      const bytes = Buffer.from(chunk as string);
      replier.received(bytes, port.recorder.store(bytes));
      bytes.fill(0x2a);
    }
  };
  return { port, replier, say };
}

export const text = (written: string) => ({ mode: 'text', text: written }) as const;

export const newRule = (
  match: Rule['match'],
  pattern: string,
  reply: string,
  changes: Partial<Rule> = {},
): Rule => ({
  enabled: true,
  match,
  pattern,
  reply: text(reply),
  delayMs: 0,
  then: 'stay',
  note: '',
  ...changes,
});
