/** `socketscope program connect|listen URL --as LANGUAGE`: what these commands would do, as a program. */
import '../../../shared/encodings/all-codecs.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import { FailureError } from '../../../shared/failure.ts';
import {
  compile,
  parse,
  type FieldNotation,
  type LineEnd,
  type Template,
  type Written,
} from '../../../shared/payload/payload.ts';
import type { Wrap } from '../../../shared/payload/wrap.ts';
import type { Message as ProgramMessage } from '../../../shared/programs/conversation.ts';
import { clientOf, serverOf } from '../../../shared/programs/from-settings.ts';
import type { ProgramId } from '../../../shared/programs/program-ids.ts';
import { programOf } from '../../../shared/programs/programs.ts';
import { capabilitiesOf } from '../../../shared/settings/transports.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { surroundings } from '../../engine/net/surroundings.ts';
import { tell } from '../terminal.ts';
import { readNamed } from './input-files.ts';
import { parseMessages, type Message } from './messages.ts';
import type { ConnectOptions, ListenOptions } from './options.ts';
import { clientSettings, listenerSettings } from './settings.ts';
import { withSaved } from './saved-messages.ts';
import { UsageError } from './usage-error.ts';

type OfClient = Pick<ConnectOptions, 'verify' | 'ca' | 'servername' | 'alpn' | 'data' | 'messages'> & {
  eol?: LineEnd;
  wrap?: Wrap;
  /** Seconds between the messages. */
  pause?: number;
};
type OfServer = Pick<ListenOptions, 'greet'> & { reply?: string };
export type ProgramOptions = OfClient & OfServer & { as: ProgramId; encoding: EncodingId };

/** By the names of their options. */
const ofRole = {
  connect: ['data', 'eol', 'wrap', 'pause', 'verify', 'ca', 'servername', 'alpn'],
  listen: ['reply', 'greet'],
} as const satisfies Record<string, readonly (keyof ProgramOptions)[]>;

/** Prints the program, and on standard error what it does not do. Throws a UsageError for what cannot be one. */
export async function printProgram(role: string, url: string, options: ProgramOptions): Promise<void> {
  const words = texts.programs;
  if (role !== 'connect' && role !== 'listen') throw new UsageError(texts.commandLine.problems.programRole);
  requireOfRole(role, options);
  const { conversation, lacks } = role === 'connect' ? await client(url, options) : server(url, options);
  const program = programOf(options.as, conversation, words.comments, lacks);
  if (!program.ok) throw new UsageError(words.refused(options.as, program.refusal));
  for (const lack of program.lacks)
    tell(`${texts.commandLine.mistakes.warning(words.comments.lacks[lack])}\n`);
  // Nothing in it can be meant for a terminal: literals are plain ASCII.
  process.stdout.write(program.text);
}

function requireOfRole(role: keyof typeof ofRole, options: ProgramOptions): void {
  const other = role === 'connect' ? 'listen' : 'connect';
  const given = ofRole[other].find((name) => options[name] !== undefined);
  const stranger = given ?? (role === 'listen' && options.messages.length > 0 ? 'send' : undefined);
  if (stranger !== undefined)
    throw new UsageError(texts.commandLine.problems.otherRole(`--${stranger}`, other));
}

async function client(url: string, options: ProgramOptions) {
  const { messages, data, eol = 'none', encoding, wrap, pause = 0 } = options;
  const settings = clientSettings(url, { ...options, format: 'text' });
  const parsed = parseMessages(
    await withSaved(messages, data),
    { eol, encoding, wrap },
    capabilitiesOf(settings),
  );
  const made: ProgramMessage[] = [];
  for (const message of parsed)
    made.push({ bytes: await bytesOf(message), pauseMs: made.length === 0 ? 0 : Math.round(pause * 1000) });
  const described = clientOf(settings, made, options.ca);
  const isFixed = parsed.every((message) => 'file' in message || message.template.isFixed);
  return isFixed ? described : { ...described, lacks: [...described.lacks, 'filled-once' as const] };
}

const bytesOf = async (message: Message): Promise<Uint8Array> =>
  'file' in message ? readNamed('--send-file', message.file) : filled(message.template);

function server(url: string, options: ProgramOptions) {
  const { reply = 'none', encoding } = options;
  const settings = listenerSettings(url, {
    ...options,
    reply,
    encoding,
    format: 'text',
    ...certificateFor(url),
  });
  if (settings.port === 0 && !capabilitiesOf(settings).hasPath)
    throw new UsageError(texts.commandLine.problems.programPort);
  return serverOf(settings, settings.port, (written: Written<FieldNotation>) => {
    const template = compile(parse(written));
    return { bytes: filled(template), isFixed: template.isFixed };
  });
}

/** The program has a certificate of its own. */
const certificateFor = (url: string): { selfSigned?: true } =>
  /^tls:/i.test(url) ? { selfSigned: true } : {};

/** As for a message that goes to nobody yet. */
function filled(template: Template): Uint8Array {
  try {
    return template.fill(surroundings({}, { connection: null, local: null, remote: null, received: null }));
  } catch (error) {
    if (error instanceof FailureError) throw new UsageError(inWords(error.failure).message);
    throw error;
  }
}
