import { formatAddress } from '../address.ts';
import { escapeLine } from '../payload/format.ts';
import type { NameAnswer, NetworkFacts, OpenSocket } from '../network-facts.ts';
import { formatDuration } from '../show/times.ts';
import { texts as chosen } from './chosen.ts';
import type { Texts } from './en.ts';

/** All facts as text, a line each; `names`: what was asked, with the answers. */
export function formatNetworkFacts(
  facts: NetworkFacts,
  names: { host: string; answers: readonly NameAnswer[] } | null,
  texts: Texts = chosen,
): string {
  const words = texts.network;
  const lines = [
    `${words.hostName}: ${facts.hostName}`,
    `${words.nameServers}: ${facts.nameServers.join(', ') || words.none}`,
    ...facts.interfaces.flatMap(({ name, mac, addresses }) =>
      addresses.map(({ host, netmask }) => `${name} ${host} ${netmask} ${mac}`),
    ),
  ];
  if (names) lines.push(...names.answers.map((answer) => nameLine(names.host, answer, texts)));
  for (const socket of facts.sockets) {
    const { transport, kind, local, remote } = socket;
    const ends = [local, remote].map((address) => (address ? formatAddress(address) : '-'));
    lines.push([transport, kind, ...ends, describeSocketState(socket, texts)].join(' '));
  }
  if (facts.omittedSockets > 0) lines.push(words.omitted(facts.omittedSockets));
  return lines.map(escapeLine).join('\n');
}

/** In the words of the log: a UDP socket is bound, it neither listens nor is open. */
export function describeSocketState({ kind, state }: OpenSocket, { network }: Texts = chosen): string {
  if (kind === 'udp' && (state === 'listening' || state === 'open')) return network.bound;
  return state === 'half-closed-by-us' || state === 'half-closed-by-peer' ? network.states[state] : state;
}

/** The addresses, or in words why there are none, with the code. */
export function describeNameAnswer({ question, answers, code }: NameAnswer, texts: Texts = chosen): string {
  if (code === null) return answers.join(', ');
  const words =
    question === 'system' && code === 'ENOTFOUND'
      ? texts.network.unknownToSystem
      : describeUnanswered(code, texts);
  return `${words} (${code})`;
}

/** Why a name server did not answer, without its code. */
export function describeUnanswered(code: string, { network }: Texts = chosen): string {
  return Object.hasOwn(network.unanswered, code) ? network.unanswered[code]! : network.unansweredOtherwise;
}

function nameLine(host: string, answer: NameAnswer, texts: Texts): string {
  const duration = formatDuration(answer.durationMs);
  return `${host} ${texts.network.questions[answer.question]}: ${describeNameAnswer(answer, texts)} (${duration})`;
}
