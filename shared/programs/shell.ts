/** What the programs of a shell have in common. */
import { isDatagram, type ClientConversation } from './conversation.ts';
import { byteNames, piecesOf } from './literals.ts';

/** As one word of a POSIX shell, whatever it holds but NUL. */
export function word(text: string): string {
  if (/^[\w./:@+][\w./:@%+=,-]*$/.test(text)) return text;
  // What nobody would see, or could mistake, is written as its bytes.
  if (!/^[\x20-\x7e]*$/.test(text)) return `"$(${printf(new TextEncoder().encode(text))})"`;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command that writes these bytes to its standard output. */
export function printf(bytes: Uint8Array): string {
  const [first, ...more] = piecesOf(bytes, byteNames.printf);
  // A format that begins with a hyphen would be read as an option.
  const pieces = [first!.replace(/^-/, '\\055'), ...more].map((piece) => `'${piece}'`);
  return `printf ${pieces.join('\\\n')}`;
}

/** Over a pipe, two writes in a row can be read as one: whoever reads has to be there, and has to be done with the first. */
const beforeDatagramsMs = 1000;
const betweenDatagramsMs = 200;

/** dd(1) writes what it has read in one piece, and printf(1) line by line. */
export const datagram = (bytes: Uint8Array): string => `${printf(bytes)} | dd obs=65507 2>/dev/null`;

/** The commands that write the messages, one behind the other. `isPiped`: to a program, and not to a socket. */
export function sending(conversation: ClientConversation, isPiped: boolean): string[] {
  const { messages } = conversation;
  const isUdp = isDatagram(conversation);
  // Nothing that reads a pipe would hear of an empty one.
  const sent = isUdp ? messages.filter(({ bytes }) => bytes.length > 0) : messages;
  return sent.flatMap(({ bytes, pauseMs }, at) => {
    const least = at === 0 ? beforeDatagramsMs : betweenDatagramsMs;
    const ms = isUdp && isPiped ? Math.max(pauseMs, least) : pauseMs;
    return [...(ms > 0 ? [`sleep ${ms / 1000}`] : []), isUdp ? datagram(bytes) : printf(bytes)];
  });
}

/** The messages, and `more` commands behind them, piped into a command. */
export function piped(conversation: ClientConversation, command: string, ...more: readonly string[]): string {
  const [first = "printf ''", ...rest] = [...sending(conversation, true), ...more];
  if (rest.length === 0) return `${first} | ${command}\n`;
  return `{\n${[first, ...rest].map((line) => `  ${line}\n`).join('')}} | ${command}\n`;
}

export const hasEmptyDatagram = (conversation: ClientConversation): boolean =>
  isDatagram(conversation) && conversation.messages.some(({ bytes }) => bytes.length === 0);
