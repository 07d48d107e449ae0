/** What answers peers by itself: the seam between sockets and reply kinds. */
import type { EndKind } from '../../../shared/domain.ts';
import { failureOf } from '../../../shared/failure.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import type { ReplySettings } from '../../../shared/settings.ts';
import type { Place, Recorder } from '../capture/recorder.ts';
import { chat, echoMessages, fixed, prefixed, timestamped, upper } from './answers.ts';
import { echo } from './echo.ts';
import { httpDatagram, httpStream } from './http.ts';
import { byMessage, type Answerer } from './messages.ts';
import { prepare } from './prepared.ts';
import { ReplyWriter } from './reply-writer.ts';
import type { RuleBudget } from './rule-budget.ts';
import { ruled } from './rules.ts';

/** One peer, as a replier sees it. Nothing here throws; what comes after the peer's end does nothing. */
export type ReplyPort = {
  readonly recorder: Recorder;
  /** Datagrams have boundaries of their own; a stream's are cut by `ReplySettings.boundary`. */
  readonly kind: 'stream' | 'datagram';
  /** False when this side has finished: a reply would be stored for nobody. */
  takesReplies(): boolean;
  /** Queues stored bytes for this peer. They count as a reply: a peer that does not take them is not read. */
  reply(place: Place, length: number): void;
  /** Queues stored bytes for every other open peer of the endpoint. */
  toOthers(place: Place, length: number): void;
  /** 'close' and 'finish' let the queued replies leave first. */
  end(how: EndKind): void;
  note(detail: RecordDetail): void;
};

/** One per peer. */
export type Replier = {
  /** The peer can be talked to: after the handshake where there is one. */
  opened(): void;
  /** Bytes that were just captured at `place`. `bytes` is used again after the call: copy what is kept. */
  received(bytes: Uint8Array, place: Place): void;
  /**
   * The peer has finished sending: what is left without a line end is a message too. `answered` is called once, when
   * every reply is queued: at once, or behind the last delayed one; never after `closed`.
   */
  finished(answered: () => void): void;
  /** The peer has gone: drop timers. */
  closed(): void;
};

/** False where `newReplier` would give null: then no port need be made for it. */
export const answersAnything = (settings: ReplySettings): boolean =>
  settings.kind !== 'none' || prepare(settings).greeting.length > 0;

/**
 * Null where nothing is answered. The settings were checked. What fails all the same is a note on the peer, never
 * thrown. `clock` is for 'timestamp', `budget` for 'rules'; default: one for all of the process.
 */
export function newReplier(
  settings: ReplySettings,
  port: ReplyPort,
  clock: () => Date = () => new Date(),
  budget?: RuleBudget,
): Replier | null {
  const { greeting } = prepare(settings);
  const greets = port.kind === 'stream' && greeting.length > 0;
  if (greets && settings.greetingThenClose) return greeted(port, greeting, true, null);
  // The fast path: nothing between the socket and the echo.
  const isPlainEcho = settings.kind === 'echo' && (settings.boundary === 'chunk' || port.kind === 'datagram');
  const answering = isPlainEcho
    ? echo(port)
    : guarded(port, settings.kind === 'chat', answeringReplier(settings, port, clock, budget));
  return greets ? greeted(port, greeting, false, answering) : answering;
}

function answeringReplier(
  settings: ReplySettings,
  port: ReplyPort,
  clock: () => Date,
  budget?: RuleBudget,
): Replier | null {
  const writer = new ReplyWriter(port);
  const { bytes, http, rules } = prepare(settings);
  const isStream = port.kind === 'stream';
  const byMessages = (answerer: Answerer): Replier => byMessage(writer, settings.boundary, answerer);
  switch (settings.kind) {
    case 'none':
      return null;
    case 'echo':
      return byMessages(echoMessages(writer));
    case 'upper':
      return byMessages(upper(writer, isStream));
    case 'timestamp':
      return byMessages(timestamped(writer, clock));
    case 'prefix':
      // Who has not written it yet has not asked for an echo.
      return bytes.length === 0 ? null : byMessages(prefixed(writer, bytes));
    case 'fixed':
      return byMessages(fixed(writer, bytes));
    case 'http':
      return isStream ? httpStream(writer, http!) : httpDatagram(writer, http!);
    case 'rules':
      return byMessages(ruled(writer, rules, budget));
    case 'chat':
      return byMessages(chat(writer));
  }
}

/** The greeting goes out first, then `answering` has its turn; with `thenClose` nothing more is answered. */
function greeted(
  port: ReplyPort,
  greeting: Uint8Array,
  thenClose: boolean,
  answering: Replier | null,
): Replier {
  return {
    opened: () => {
      port.reply(port.recorder.store(greeting), greeting.length);
      if (thenClose) port.end('close');
    },
    received: answering?.received ?? (() => undefined),
    finished: answering?.finished ?? ((answered) => answered()),
    closed: answering?.closed ?? (() => undefined),
  };
}

/**
 * The last resort: a mistake in a reply must not reach the socket that asked for it. A peer that takes no more replies
 * may still send gigabytes, which are not looked at; in a chat they are for the others.
 */
function guarded(port: ReplyPort, isForOthers: boolean, replier: Replier | null): Replier | null {
  if (replier === null) return null;
  const isWanted = (): boolean => isForOthers || port.takesReplies();
  const attempt = (work: () => void, otherwise?: () => void): void => {
    try {
      work();
    } catch (error) {
      const { code, message } = failureOf(error);
      port.note({ kind: 'note', note: 'reply-failed', rule: null, code, message });
      otherwise?.();
    }
  };
  return {
    opened: () => attempt(() => replier.opened()),
    received: (bytes, place) => isWanted() && attempt(() => replier.received(bytes, place)),
    finished: (answered) => (isWanted() ? attempt(() => replier.finished(answered), answered) : answered()),
    closed: () => replier.closed(),
  };
}
