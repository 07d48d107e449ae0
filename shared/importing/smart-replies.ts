/** Servers of Packet Sender with what they answer, as listeners. */
import { escapeText, formatHex } from '../payload/format.ts';
import { readForeign } from '../payload/foreign.ts';
import type { FieldNotation, Written } from '../payload/payload.ts';
import { defaultListener } from '../settings/endpoint.ts';
import { defaultReply, newRule } from '../settings/reply.ts';
import type { ListenerSettings, ReplySettings, Rule, Transport } from '../settings/settings.ts';
import { macros, writtenOf, type Finds } from './brought.ts';
import { readQtHex, wholeNumber } from './packet-sender.ts';
import type { IniValues } from './qt-settings.ts';

const servers: readonly (readonly [name: string, transport: Transport])[] = [
  ['tcp', 'tcp'],
  ['udp', 'udp'],
  ['ssl', 'tls'],
];
const numbers = [1, 2, 3, 4, 5];
const read =
  /^(?:(?:tcp|udp|ssl|dtls)(?:Port|ServerEnable)|ipMode|sendReponse|responseHex|smartResponseEnableCheck|response(?:IfEdit|ReplyEdit|EnableCheck|EncodingBox)[1-5])$/;
/** As it writes dates and times where nobody has changed that, and as its macros do here. */
const usualForms: Readonly<Record<string, string>> = { dateFormat: 'yyyy-MM-dd', timeFormat: 'hh:mm:ss ap' };

/** `isKnown`: keys that something else has read. */
export function takeServers(values: IniValues, finds: Finds, isKnown: (key: string) => boolean): void {
  const others = [...values].filter(([key]) => !isKnown(key) && !read.test(key) && !(key in usualForms));
  if (others.length > 0)
    finds.refuse('packet-settings', others[0]![1].at, others.map(([key]) => key).join(', '));
  for (const [key, usual] of Object.entries(usualForms)) {
    const form = values.get(key);
    if (form && form.text !== usual) finds.refuse('packet-macro-form', form.at, form.text);
  }
  if (![...values.keys()].some((key) => read.test(key))) return;
  const reply = replyOf(values, finds);
  const isOn = (key: string): boolean => values.get(key)?.text !== 'false';
  if (values.get('dtlsServerEnable')?.text === 'true')
    finds.refuse('packet-dtls', values.get('dtlsServerEnable')!.at, 'dtlsServerEnable');
  for (const [name, transport] of servers) {
    const port = values.get(`${name}Port`);
    const isMeant = values.has(`${name}ServerEnable`) || port !== undefined || reply.kind !== 'none';
    if (!isMeant || !isOn(`${name}ServerEnable`)) continue;
    for (const number of new Set((port?.text ?? '0').split(',').slice(0, mostPorts).map(wholeNumber)))
      finds.endpoint(listenerOf(values, transport, number, reply), port?.at ?? null, `${name} ${number}`);
  }
}
const mostPorts = 100;

function listenerOf(
  values: IniValues,
  transport: Transport,
  port: number,
  reply: ReplySettings,
): ListenerSettings {
  const mode = values.get('ipMode')?.text ?? '4';
  const any: Readonly<Partial<Record<string, string>>> = { '4': '0.0.0.0', '6': '::' };
  return { ...defaultListener(), transport, host: any[mode] ?? mode, port, reply: structuredCopy(reply) };
}

const structuredCopy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The first of its five that is the same as a message answers it; else what it answers to everything. */
function replyOf(values: IniValues, finds: Finds): ReplySettings {
  const rules = numbers.flatMap((number) => ruleOf(values, number, finds));
  const isSmart = values.get('smartResponseEnableCheck')?.text === 'true' && rules.length > 0;
  const answersAll = values.get('sendReponse')?.text === 'true';
  const fixed = fieldOf(writtenOf(readQtHex(values.get('responseHex')?.text ?? ''), macros));
  const last: Rule[] = answersAll
    ? [{ ...newRule(), enabled: true, match: 'regex', pattern: '^', reply: escapedDollars(fixed) }]
    : [];
  return {
    ...defaultReply(),
    kind: isSmart ? 'rules' : answersAll ? 'fixed' : 'none',
    fixed,
    rules: isSmart ? [...rules, ...last] : rules,
  };
}

/** Behind an expression a dollar may begin a group. */
const escapedDollars = (written: Written<FieldNotation>): Written<FieldNotation> =>
  written.mode === 'text' ? { ...written, text: written.text.replaceAll('$', '\\$') } : written;

function ruleOf(values: IniValues, number: number, finds: Finds): Rule[] {
  const one = (key: string) => values.get(`${key}${number}`);
  const condition = one('responseIfEdit');
  const answer = one('responseReplyEdit');
  if ((condition?.text ?? '') === '' && (answer?.text ?? '') === '') return [];
  const at = condition?.at ?? answer?.at ?? null;
  const encoding = (one('responseEncodingBox')?.text ?? '').trim().toLowerCase();
  const [pattern, reply] = [condition, answer].map((field) => bytesIn(encoding, field?.text ?? ''));
  if (pattern === null || reply === null) finds.refuse('packet-characters', at, condition?.text);
  else if (macros.test(condition?.text ?? '')) finds.refuse('packet-macro', at, condition?.text);
  else {
    const isText = writtenOf(pattern!).mode === 'text';
    return [
      {
        ...newRule(),
        enabled: one('responseEnableCheck')?.text === 'true' && pattern!.length > 0,
        match: isText ? 'exact' : 'exact-hex',
        pattern: isText ? escapeText(pattern!) : formatHex(pattern!),
        reply: fieldOf(writtenOf(reply!, macros)),
      },
    ];
  }
  return [];
}

const fieldOf = ({ mode, text }: { mode: string; text: string }): Written<FieldNotation> => ({
  mode: mode === 'hex' ? 'hex' : 'text',
  text,
});

/** Its characters are those of Latin-1, a byte each; null for others, which it sends as zeros. */
function bytesIn(encoding: string, text: string): Uint8Array | null {
  if (encoding === 'hex') return readQtHex(text);
  if (/[^\0-\xff]/.test(text)) return null;
  if (encoding === 'ascii') return Uint8Array.from(text, (character) => character.charCodeAt(0));
  const escaped = text.replaceAll(/[\x80-\xff]/g, (character) => `\\${character.charCodeAt(0).toString(16)}`);
  const mixed = readForeign('packetsender', escaped);
  return mixed.ok ? mixed.bytes : null;
}
