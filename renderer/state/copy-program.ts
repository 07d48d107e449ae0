/** Endpoints and records as programs, for the clipboard. */
import { FailureError } from '../../shared/failure.ts';
import { joinBytes } from '../../shared/payload/join.ts';
import { compile, parse, type FieldNotation, type Written } from '../../shared/payload/payload.ts';
import type { Conversation, Lack, Message } from '../../shared/programs/conversation.ts';
import {
  clientOf,
  peerOf,
  serverOf,
  speakerOf,
  type Described,
} from '../../shared/programs/from-settings.ts';
import { programIds, type ProgramId } from '../../shared/programs/program-ids.ts';
import {
  languages,
  mostProgramBytes,
  mostProgramMessages,
  programOf,
} from '../../shared/programs/programs.ts';
import type { ListenerSettings } from '../../shared/settings/settings.ts';
import { texts } from '../../shared/texts/index.ts';
import type { Row } from '../../shared/wire/row-window.ts';
import type { MenuItem } from '../components/menu-item.ts';
import { targetOf } from '../composer/sending.ts';
import { writeClipboard } from '../lib/clipboard.ts';
import type { AppState } from './app.svelte.ts';
import { bytesOfRow, payloadRows, type CopySource } from './copy-rows.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import type { RecordVerbs } from './record-verbs.svelte.ts';

const words = texts.programs;

/** Of the endpoint as it is set, with the message that is being written. */
export const endpointPrograms = (app: AppState, endpoint: EndpointState): MenuItem[] =>
  items(endpoint, endpoint.settings.role === 'client' ? 'client' : 'server', (id) =>
    copy(app, id, () => describe(app, endpoint)),
  );

/** Of the chosen records: what was sent is sent again, by who sent it. */
export function recordPrograms({ app, endpoint, log, only, isServer }: RecordVerbs): MenuItem[] {
  const role = isServer && only?.kind === 'sent' ? 'server' : 'client';
  return items(endpoint, role, (id) =>
    copy(app, id, async () => {
      const source = log.copySource;
      return source && describeRecords(endpoint, source, await payloadRows(source, log.selection.ranges));
    }),
  );
}

/** What a language cannot do at all is not to be chosen. */
const items = (
  { settings }: EndpointState,
  role: Conversation['role'],
  run: (id: ProgramId) => Promise<void>,
): MenuItem[] =>
  programIds.map((id) => ({
    label: words.names[id],
    disabled: !languages[id][role].includes(settings.transport),
    run: () => void run(id),
  }));

/** A sentence: why there is nothing to be copied. */
type Found = Described<Conversation> | string | null;

async function copy(app: AppState, id: ProgramId, find: () => Promise<Found>): Promise<void> {
  const found = await app.attempt(find);
  if (!found) return;
  if (typeof found === 'string') return app.toast(found);
  const program = programOf(id, found.conversation, words.comments, found.lacks);
  if (!program.ok) return app.toast(words.refused(id, program.refusal));
  if (!(await writeClipboard(program.text))) return app.toast(texts.copying.failed);
  const lacking = program.lacks.map((lack) => words.comments.lacks[lack]);
  app.toast([words.copied(id, found.conversation), ...lacking].join(' '));
}

async function describe(app: AppState, endpoint: EndpointState): Promise<Found> {
  await endpoint.applied;
  const { settings } = endpoint;
  if (settings.role === 'listener') {
    const port = portOf(endpoint, settings);
    return port === null ? words.startFirst : serverOf(settings, port, filled);
  }
  const draft = await draftOf(app, endpoint);
  if (typeof draft === 'string') return draft;
  const { conversation, lacks } = clientOf(settings, draft.messages);
  return { conversation, lacks: [...lacks, ...draft.lacks] };
}

/** Where a server is, or will be; null while nobody knows. */
function portOf({ status, running, capabilities }: EndpointState, { port }: ListenerSettings): number | null {
  if (capabilities.hasPath) return port;
  return (running ? status?.local?.port : 0) || port || null;
}

async function draftOf(
  app: AppState,
  endpoint: EndpointState,
): Promise<{ messages: Message[]; lacks: Lack[] } | string> {
  const { composer } = endpoint;
  const messages = (bytes: Uint8Array) => [{ bytes, pauseMs: 0 }];
  if (composer.isEmpty) return { messages: [], lacks: [] };
  if (composer.hasProblems) return words.noDraft;
  const { message } = composer;
  if (message instanceof Uint8Array) return { messages: messages(message), lacks: [] };
  if (message instanceof Blob) {
    // One byte more than can be, so that it is refused for its length.
    const start = message.slice(0, mostProgramBytes + 1);
    return { messages: messages(new Uint8Array(await start.arrayBuffer())), lacks: [] };
  }
  const { bytes, length } = await app.engine.preview(endpoint.id, targetOf(endpoint), message);
  return bytes.length < length ? words.noDraft : { messages: messages(bytes), lacks: ['filled-once'] };
}

/** What is made as it is sent the page cannot make. */
function filled(written: Written<FieldNotation>): { bytes: Uint8Array; isFixed: true } | null {
  const template = compile(parse(written));
  if (!template.isFixed) return null;
  try {
    return { bytes: template.fill(), isFixed: true };
  } catch (error) {
    if (error instanceof FailureError) return null;
    throw error;
  }
}

/** A client sends what was sent from here, or where only received records are chosen, these. A server's peers sent what it received. */
async function describeRecords(
  endpoint: EndpointState,
  source: CopySource,
  { rows, isPart }: { rows: readonly Row[]; isPart: boolean },
): Promise<Found> {
  const { settings } = endpoint;
  const of = (kind: Row['kind']) => rows.filter((row) => row.kind === kind);
  const [first, second] =
    settings.role === 'client' ? (['sent', 'received'] as const) : (['received', 'sent'] as const);
  const kind = of(first).length > 0 ? first : second;
  const chosen = of(kind);
  if (chosen.length === 0) return words.nothingToSend;
  const length = chosen.reduce((sum, row) => sum + row.length, 0);
  // Refused by who writes it, without having read it.
  if (isPart || chosen.length > mostProgramMessages)
    return words.tooMuch({ code: 'too-many', count: chosen.length, most: mostProgramMessages });
  if (length > mostProgramBytes) return words.tooMuch({ code: 'too-long', length, most: mostProgramBytes });
  const messages: Message[] = [];
  for (const [at, row] of chosen.entries())
    messages.push({ bytes: await bytesOfRow(source, row), pauseMs: pauseBefore(chosen, at) });
  if (settings.role === 'client') return clientOf(settings, messages);
  const port = portOf(endpoint, settings);
  if (port === null) return words.startFirst;
  if (kind === 'received') return peerOf(settings, port, messages);
  return speakerOf(settings, port, joinBytes(messages.map(({ bytes }) => bytes)));
}

const pauseStepMs = 100;
/** Who looked at an answer for minutes does not want the program to. */
const longestPauseMs = 1000;

/** As it was, where it was a pause at all. */
function pauseBefore(rows: readonly Row[], at: number): number {
  const before = rows[at - 1];
  if (before === undefined) return 0;
  const ms = rows[at]!.time - before.time;
  return Math.min(Math.max(0, Math.floor(ms / pauseStepMs) * pauseStepMs), longestPauseMs);
}
