/** Endpoints that are ready to use, one for each classic program. Their words are in `shared/texts/` under `newMenu`. */
import type { ClientSettings, EndpointSettings, ListenerSettings, ReplySettings, Rule } from './settings.ts';
import { defaultClient, defaultListener } from './endpoint.ts';
import type { ComposerDraft } from '../drafts.ts';
import { isSameSocket } from './running.ts';
import { defaultReply } from './reply.ts';
import { defaultClientTls } from './tls.ts';

export const readyMadeIds = [
  'greeting-server',
  'echo-server',
  'upper-case-server',
  'timestamp-server',
  'udp-server',
  'http-get',
  'https-get',
  'prompt-client',
  'chat-room',
  'rules-server',
  'stuck-together-server',
] as const;
export type ReadyMadeId = (typeof readyMadeIds)[number];

/** What a tab tells to do next: of a ready-made endpoint, or of a client that was made for a server here. */
export const hintIds = [...readyMadeIds, 'own-client'] as const;
export type HintId = (typeof hintIds)[number];

export type ReadyMade = {
  id: ReadyMadeId;
  settings: EndpointSettings;
  /** What waits in the composer; null: nothing. */
  composer: Draft | null;
};

type Draft = Pick<ComposerDraft, 'draft' | 'lineEnd' | 'mode'> & Partial<Pick<ComposerDraft, 'enterSends'>>;

/** On this machine only, at any free port: it always starts, and nobody else reaches it. */
const server = (reply: Partial<ReplySettings>, part: Partial<ListenerSettings> = {}): ListenerSettings => ({
  ...defaultListener(),
  port: 0,
  reply: { ...defaultReply(), ...reply },
  ...part,
});

const client = (part: Partial<ClientSettings>): ClientSettings => ({ ...defaultClient(), ...part });

const line = (draft: string): Draft => ({ draft, lineEnd: 'lf', mode: 'text' });

const request: Draft = {
  draft: 'GET / HTTP/1.1\\r\\nHost: example.com\\r\\nConnection: close\\r\\n\\r\\n',
  lineEnd: 'none',
  mode: 'text',
};

const makers: Record<ReadyMadeId, () => Omit<ReadyMade, 'id'>> = {
  'greeting-server': () => ({
    settings: server({ greeting: { mode: 'text', text: 'Hello, World!\\r\\n' }, greetingThenClose: true }),
    composer: null,
  }),
  'echo-server': () => ({ settings: server({ kind: 'echo' }), composer: null }),
  'upper-case-server': () => ({ settings: server({ kind: 'upper', boundary: 'line' }), composer: null }),
  'timestamp-server': () => ({ settings: server({ kind: 'timestamp' }), composer: null }),
  'udp-server': () => ({
    settings: server({ kind: 'prefix', prefix: { mode: 'text', text: 'OK...' } }, { transport: 'udp' }),
    composer: null,
  }),
  'http-get': () => ({
    settings: client({ host: 'example.com', port: 80, afterPeerFinishes: 'finish' }),
    composer: request,
  }),
  'https-get': () => ({
    settings: client({
      transport: 'tls',
      host: 'example.com',
      port: 443,
      afterPeerFinishes: 'finish',
      tls: { ...defaultClientTls(), alpn: ['http/1.1'] },
    }),
    composer: request,
  }),
  'prompt-client': () => ({ settings: client({}), composer: { ...line('hello'), enterSends: true } }),
  'chat-room': () => ({
    settings: server({ kind: 'chat', boundary: 'line' }),
    composer: line('Welcome, everybody'),
  }),
  'rules-server': () => ({
    settings: server({
      kind: 'rules',
      boundary: 'line',
      rules: rules(),
      greeting: { mode: 'text', text: 'Say hello, my name is ..., slow, bye or boom\\r\\n' },
    }),
    composer: null,
  }),
  'stuck-together-server': () => ({
    settings: server({
      kind: 'rules',
      rules: torn(),
      greeting: { mode: 'text', text: 'one\\r\\ntwo\\r\\nthr' },
    }),
    composer: null,
  }),
};

/** Two messages and a half, and the other half for whatever is said. */
const torn = (): Rule[] => [rule('regex', '^[^]*$', 'ee\\r\\n')];

/** One for each way to match, and for each thing that may follow a reply. */
const rules = (): Rule[] => [
  rule('exact', 'hello', 'Hello to you too\\r\\n'),
  rule('regex', '^my name is (?<name>.+)$', 'Nice to meet you, $<name>\\r\\n'),
  rule('starts', 'slow', 'That took a second\\r\\n', { delayMs: 1000 }),
  rule('hex', 'ff ?? ff', 'Three bytes, the one between them is any\\r\\n'),
  rule('exact', 'bye', 'Goodbye\\r\\n', { then: 'close', note: 'It said goodbye' }),
  rule('contains', 'boom', '', { then: 'reset', note: 'It said boom' }),
  rule('regex', '^.*$', 'I do not know “$&”\\r\\n'),
];

const rule = (match: Rule['match'], pattern: string, reply: string, part: Partial<Rule> = {}): Rule => ({
  enabled: true,
  match,
  pattern,
  reply: { mode: 'text', text: reply },
  delayMs: 0,
  then: 'stay',
  note: '',
  ...part,
});

/** Without a name: that is a word of the language in use. */
export const readyMade = (id: ReadyMadeId): ReadyMade => ({ id, ...makers[id]() });

/** Whether what a tab tells to do next still fits once its settings are changed from `before` to `after`. */
export function isHintFor(hint: HintId, before: EndpointSettings, after: EndpointSettings): boolean {
  if (hint === 'own-client') return isSameSocket(before, after);
  const { settings } = readyMade(hint);
  if (after.transport !== settings.transport) return false;
  return (
    after.role !== 'listener' || settings.role !== 'listener' || after.reply.kind === settings.reply.kind
  );
}
