/** From a saved message to the wire, or into the composer. */
import type { Target } from '../../shared/domain.ts';
import { readMessage } from '../../shared/message-reading.ts';
import type { WrittenMessage } from '../../shared/payload/payload.ts';
import { noWrap } from '../../shared/payload/wrap.ts';
import { mostEveryMs, usualRepeat, type RepeatPlan } from '../../shared/repeat.ts';
import type { SavedMessage, SavedTarget } from '../../shared/saved-messages.ts';
import { explainProblem, texts } from '../../shared/texts/index.ts';
import { connectFirst, onceOpen, send } from '../composer/send-draft.ts';
import {
  mayConnect,
  maySendSoon,
  mayTypeTarget,
  obstacleTo,
  targetOf,
  tooLongFor,
  type Sender,
} from '../composer/sending.ts';
import { lineAndColumn } from '../lib/highlight.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import { messagesOf } from '../state/messages.svelte.ts';

/** What is wrong with it, and where; null for nothing. */
export function problemOf(written: WrittenMessage): string | null {
  const [problem] = readMessage(written).problems;
  if (problem === undefined) return null;
  const { line, column } = lineAndColumn(written.text, problem.start);
  return texts.composer.problemAt(line, column, explainProblem(problem));
}

/**
 * Just as it was written, to its own target or that of the composer. A client that is closed is connected first. Where it
 * cannot be sent, nothing is, and why is told.
 */
export async function sendSaved(app: AppState, saved: SavedMessage): Promise<void> {
  const words = texts.messages;
  const { endpoint } = messagesOf(app);
  if (endpoint === null) return app.toast(words.nowhere);
  const name = words.nameOf(saved.name);
  const refuse = (why: string) => app.toast(words.cannot(name, why));
  if (endpoint.composer.isBusy) return refuse(words.busy);
  const problem = problemOf(saved.written);
  if (problem !== null) return refuse(problem);
  const { bytes } = readMessage(saved.written);
  const sender = senderFor(endpoint, saved.target);
  const tooLong = tooLongFor(sender, bytes?.length ?? 0);
  if (tooLong !== null) return refuse(words.tooLong(tooLong.most));
  const obstacle = obstacleTo(sender, false);
  const connects = mayConnect(sender, obstacle);
  if (connects || maySendSoon(sender, obstacle)) {
    const begin = connects ? () => connectFirst(app, endpoint) : undefined;
    if (!(await onceOpen(app, endpoint, words.notOpened(name), begin))) return;
  } else if (obstacle !== null) return refuse(whyNot[obstacle]());
  // Who is meant may be another by now.
  const target: Target = targetOf(senderFor(endpoint, saved.target));
  await send(app, endpoint, bytes ?? saved.written, target, words.nobodyTook(name));
}

const whyNot = {
  finishedSending: () => texts.composer.finishedSending,
  notConnected: () => texts.messages.notConnected,
  notConnectedYet: () => texts.composer.notConnectedYet,
  notListening: () => texts.composer.notListening,
  notListeningYet: () => texts.composer.notListeningYet,
  noPeer: () => texts.composer.noPeer,
  noDatagramPeer: () => texts.udp.noPeer,
  shownEnded: () => texts.composer.shownEnded,
  noAddress: () => texts.udp.typedProblem,
};

/** The endpoint as it sends this message: with the message's own target, where it can have one. */
function senderFor(endpoint: EndpointState, target: SavedTarget | null): Sender {
  const { settings, capabilities, ran, shownPeer, first, status, summary, running, selectedPeers, peers } =
    endpoint;
  const { aim, typedTarget } = endpoint;
  const own = {
    settings,
    capabilities,
    ran,
    shownPeer,
    first,
    status,
    summary,
    running,
    selectedPeers,
    peers,
  };
  const sender = { ...own, aim, typedTarget };
  if (target === null) return sender;
  if (target === 'all') return { ...sender, aim: 'all' };
  const { host, port, transport = settings.transport } = target;
  // What is meant for a server of TCP is nothing for whoever has its port in UDP.
  const isMeant = transport === settings.transport && mayTypeTarget(sender);
  return isMeant ? { ...sender, aim: 'typed', typedTarget: { host, port } } : sender;
}

/** The message is what is written there then; what stood there before can be put back. */
export function loadSaved(app: AppState, saved: SavedMessage): void {
  const { endpoint, loaded } = messagesOf(app);
  if (endpoint === null) return app.toast(texts.messages.nowhere);
  const { composer } = endpoint;
  const { mode, lineEnd, encoding, wrap, draft, attached, repeat } = composer;
  const { written } = saved;
  Object.assign(composer, {
    mode: written.mode,
    lineEnd: written.lineEnd,
    encoding: written.encoding ?? 'utf-8',
    wrap: written.wrap ?? noWrap,
    draft: written.text,
    attached: null,
  });
  if (saved.repeatMs !== null) composer.repeat = everySoOften(saved.repeatMs, repeat);
  loaded.set(endpoint, saved.id);
  app.saveDraftSoon(endpoint);
  if (draft !== '' || attached !== null) {
    const run = () => {
      Object.assign(composer, { mode, lineEnd, encoding, wrap, draft, attached, repeat });
      app.saveDraftSoon(endpoint);
    };
    const name = texts.messages.nameOf(saved.name);
    app.toast(texts.verbs.loaded(name), { label: texts.verbs.putBack, run });
  }
  app.openTab(endpoint.id);
  app.run('focus-message');
}

function everySoOften(repeatMs: number, { jitterMs, ...plan }: RepeatPlan = usualRepeat): RepeatPlan {
  const everyMs = Math.min(repeatMs, mostEveryMs);
  return { ...plan, everyMs, jitterMs: Math.min(jitterMs, everyMs) };
}
