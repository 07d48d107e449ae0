/** Replies: what answers peers by itself, as a server's settings say. */
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import { factsOf, failureOf } from '../../../shared/failure.ts';
import type { Framing } from '../../../shared/framing/framer.ts';
import { endsLines, lf } from '../../../shared/framing/kinds/lines.ts';
import type { Template } from '../../../shared/payload/payload.ts';
import { framingOf } from '../../../shared/framing/settings.ts';
import type { ReplyBoundary, ReplySettings } from '../../../shared/settings/settings.ts';
import type { Handler, HandlerOf, MakeHandler, PeerPort } from '../net/handler.ts';
import { chat, echoMessages, fixed, prefixed, timestamped, upper } from './answers.ts';
import { echo } from './echo.ts';
import { httpDatagram, httpStream } from './http.ts';
import { byMessage, type Answerer } from './messages.ts';
import { isNothing, prepare, type Prepared } from './prepared.ts';
import { ReplyWriter } from './reply-writer.ts';
import { ruled, type RuleTools } from './rules.ts';

/**
 * `clock` is for 'timestamp', what rules need for 'rules'; default: one for all of the process. `encoding`: of received text, for
 * 'upper' and 'rules'; default UTF-8.
 */
export type ReplyTools = RuleTools & { clock?: () => Date; encoding?: EncodingId };

const framedBy: Record<ReplyBoundary, (received: Framing | null) => Framing | null> = {
  chunk: () => null,
  line: () => lf.read(null),
  frame: (received) => received,
};

/**
 * What answers each peer so; null where nobody is answered, so that no port need be made. The settings were checked.
 * What fails all the same is a note on the peer, never thrown. `received`: the frames of a stream; null: each chunk is a
 * message by itself.
 */
export function repliesOf(
  settings: ReplySettings,
  received: Framing | null = null,
  tools: ReplyTools = {},
): MakeHandler | null {
  const framed = framedBy[settings.boundary](received);
  const prepared = prepare(settings, framed !== null && endsLines(framed), tools.encoding ?? 'utf-8');
  const { greeting } = prepared;
  if (settings.kind === 'none' && isNothing(greeting)) return null;
  return (port) => {
    const greets = port.kind === 'stream' && !isNothing(greeting);
    if (greets && settings.greetingThenClose) return greeted(port, greeting, true, null);
    // Datagrams have boundaries of their own.
    const framing = port.kind === 'datagram' ? null : framed;
    // The fast path: nothing between the socket and the echo.
    const isPlainEcho = settings.kind === 'echo' && framing === null;
    const answering = isPlainEcho
      ? echo(port)
      : guarded(port, settings.kind === 'chat', answeringHandler(settings, prepared, port, framing, tools));
    return greets ? greeted(port, greeting, false, answering) : answering;
  };
}

/** As a server's settings say. */
export const answers: HandlerOf = (settings) => answersWith({})(settings);

/** The same, with what they share. */
export const answersWith =
  (tools: ReplyTools): HandlerOf =>
  ({ reply, framing, encodings }) =>
    repliesOf(reply, framingOf(framing.received), { ...tools, encoding: encodings.received });

function answeringHandler(
  settings: ReplySettings,
  { bytes, http, rules }: Prepared,
  port: PeerPort,
  framing: Framing | null,
  { clock = () => new Date(), budget, counts, encoding = 'utf-8' }: ReplyTools,
): Handler | null {
  const writer = new ReplyWriter(port);
  const isStream = port.kind === 'stream';
  const byMessages = (answerer: Answerer): Handler => byMessage(writer, framing, answerer);
  switch (settings.kind) {
    case 'none':
      return null;
    case 'echo':
      return byMessages(echoMessages(writer));
    case 'upper':
      return byMessages(upper(writer, isStream, encoding));
    case 'timestamp':
      return byMessages(timestamped(writer, clock));
    case 'prefix':
      // Who has not written it yet has not asked for an echo.
      return isNothing(bytes) ? null : byMessages(prefixed(writer, bytes));
    case 'fixed':
      return byMessages(fixed(writer, bytes));
    case 'http':
      return isStream ? httpStream(writer, http!) : httpDatagram(writer, http!);
    case 'rules':
      return byMessages(ruled(writer, rules, { budget, counts }));
    case 'chat':
      return byMessages(chat(writer));
  }
}

/** The greeting goes out first, then `answering` has its turn; with `thenClose` nothing more is answered. */
function greeted(port: PeerPort, greeting: Template, thenClose: boolean, answering: Handler | null): Handler {
  return {
    opened: () =>
      attempt(port, () => {
        const bytes = new ReplyWriter(port).fill(greeting, null);
        port.reply(port.recorder.store(bytes), bytes.length);
        if (thenClose) port.end('close');
      }),
    received: answering?.received ?? (() => undefined),
    finished: answering?.finished ?? ((answered) => answered()),
    closed: answering?.closed ?? (() => undefined),
  };
}

/**
 * The last resort: a mistake in a reply must not reach the socket that asked for it. A peer that takes no more replies
 * may still send gigabytes, which are not looked at; in a chat they are for the others.
 */
function guarded(port: PeerPort, isForOthers: boolean, handler: Handler | null): Handler | null {
  if (handler === null) return null;
  const isWanted = (): boolean => isForOthers || port.takesReplies();
  return {
    opened: () => attempt(port, () => handler.opened()),
    received: (bytes, place) => isWanted() && attempt(port, () => handler.received(bytes, place)),
    finished: (answered) =>
      isWanted() ? attempt(port, () => handler.finished(answered), answered) : answered(),
    closed: () => handler.closed(),
  };
}

function attempt(port: PeerPort, work: () => void, otherwise?: () => void): void {
  try {
    work();
  } catch (error) {
    port.note({ kind: 'note', note: 'reply-failed', rule: null, ...factsOf(failureOf(error)) });
    otherwise?.();
  }
}
