/** The one choice in a server's line, for two settings: what answers messages, and what greets a peer. */
import type {
  ListenerSettings,
  ReplyKind,
  ReplySettings,
  Transport,
} from '../../shared/settings/settings.ts';
import { noBytes } from '../../shared/settings/reply.ts';
import { transports } from '../../shared/settings/transports.ts';
import { texts } from '../../shared/texts/index.ts';

export type ReplyChoice = ReplyKind | 'greeting';

const inOrder: readonly ReplyChoice[] = [
  'none',
  'echo',
  'upper',
  'timestamp',
  'prefix',
  'fixed',
  'greeting',
  'http',
  'rules',
  'chat',
];

/** What needs to be written before it is of use. */
const unwritten: ReadonlySet<ReplyChoice> = new Set(['prefix', 'fixed', 'greeting', 'http', 'rules']);

/** Nobody connects to a UDP socket: there is nobody to greet. */
export const choicesFor = (transport: Transport): { value: ReplyChoice; label: string }[] =>
  inOrder
    .filter((value) => value !== 'greeting' || transports[transport].hasConnections)
    .map((value) => ({ value, label: texts.replies.kinds[value] }));

export const choiceOf = ({ kind, greeting }: ReplySettings, transport: Transport): ReplyChoice =>
  kind === 'none' && greeting.text !== '' && transports[transport].hasConnections ? 'greeting' : kind;

/** `wantsGreeting`: one was chosen, and is still to be written. */
export function shownChoice({ reply, transport }: ListenerSettings, wantsGreeting: boolean): ReplyChoice {
  const choice = choiceOf(reply, transport);
  return choice === 'none' && wantsGreeting ? 'greeting' : choice;
}

/** The set-up opens for it. */
export const needsWriting = (choice: ReplyChoice): boolean => unwritten.has(choice);

/** A greeting stays beside any kind that is chosen; 'none' is nothing at all. Nobody is greeted before one is written. */
export function choose(reply: ReplySettings, choice: ReplyChoice): ReplySettings {
  if (choice === 'none') return { ...reply, kind: 'none', greeting: noBytes };
  return { ...reply, kind: choice === 'greeting' ? 'none' : choice };
}
