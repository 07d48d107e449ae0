/** What a file of another program brings: messages, endpoints, and what of it has no place here, each with the reason. */
import { textBytes } from '../drafts.ts';
import { isCleanText } from '../payload/clean-text.ts';
import { decodeEscaped, encodeEscaped } from '../payload/escaped-utf8.ts';
import { escapeText, formatHex } from '../payload/format.ts';
import type { WrittenMessage } from '../payload/payload.ts';
import {
  mostMessages,
  mostMessagesBytes,
  mostNameCharacters,
  mostSavedBytes,
  type MessageFields,
  type SavedTarget,
} from '../saved-messages.ts';
import { checkSettings } from '../settings/endpoint.ts';
import type { SettingsProblemCode } from '../settings/field-problem.ts';
import type { EndpointSettings, Transport } from '../settings/settings.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** `transport` null: whatever sends it. Of a path `host` is the path, and `port` 0. */
export type BroughtTarget = { transport: Transport | null; host: string; port: number };

/** A message and what is said of it beside what is kept here, so that it goes out as it came. */
export type BroughtMessage = Omit<MessageFields, 'target' | 'packetSender'> & {
  target: 'all' | BroughtTarget | null;
  /** Null: sent once. */
  repeatMs: number | null;
  /** Its entry of Packet Sender as it was read; {}: none. */
  packetSender: JsonObject;
  /** Fields of a later version. */
  extra: JsonObject;
};

export type RefusalCode =
  | 'file-empty'
  | 'file-too-long'
  | 'file-not-utf8'
  | 'nothing-found'
  | 'json-unexpected'
  | 'json-unfinished'
  | 'json-string'
  | 'json-number'
  | 'json-deep'
  | 'json-not-array'
  | 'json-not-object'
  | 'too-many'
  | 'too-many-bytes'
  | 'message-too-long'
  | 'message-empty'
  | 'name-cut'
  | 'field-unknown'
  | 'field-value'
  | 'own-version'
  | 'sequences-elsewhere'
  | 'workspace-none'
  | 'workspace-later'
  | 'workspace-too-long'
  | 'twice'
  | 'payload'
  | 'settings'
  | 'packet-name'
  | 'packet-hex'
  | 'packet-transport'
  | 'packet-dtls'
  | 'packet-http'
  | 'packet-port'
  | 'packet-host'
  | 'packet-repeat'
  | 'packet-error'
  | 'packet-response'
  | 'packet-from-port'
  | 'packet-characters'
  | 'packet-macro'
  | 'packet-macro-form'
  | 'packet-unlisted'
  | 'packet-missing'
  | 'packet-settings'
  | 'ini-line'
  | 'ini-value'
  | 'shell-expansion'
  | 'shell-operator'
  | 'shell-redirection'
  | 'shell-quote'
  | 'shell-variable'
  | 'command-too-long'
  | 'program-unknown'
  | 'program-input'
  | 'program-runs'
  | 'program-between'
  | 'option-unknown'
  | 'option-incomplete'
  | 'option-value'
  | 'option-elsewhere'
  | 'option-file'
  | 'operand-extra'
  | 'target-missing'
  | 'url-scheme'
  | 'url-form'
  | 'export-function'
  | 'export-transport'
  | 'export-endpoint'
  | 'export-name';

/** `line`, `column` from 1, in characters; null where it is about the whole. `problem`: what is wrong with a setting. */
export type Refusal = {
  code: RefusalCode;
  what: string;
  count: number;
  line: number | null;
  column: number | null;
  problem: SettingsProblemCode | null;
};

/** `isReadable` false: nothing of it could be understood, and the one refusal says why. */
export type Brought = {
  isReadable: boolean;
  messages: BroughtMessage[];
  endpoints: EndpointSettings[];
  refused: Refusal[];
};

export const mostImportBytes = 8 * 1024 * 1024;
const mostRefusals = 200;
const mostEndpoints = 200;
const mostWhat = 80;

/** Nothing more can be read. */
export class Unreadable extends Error {
  readonly code: RefusalCode;
  readonly at: number | null;
  readonly what: string;

  constructor(code: RefusalCode, at: number | null = null, what = '') {
    super(code);
    this.name = 'Unreadable';
    this.code = code;
    this.at = at;
    this.what = what;
  }
}

type Noted = Omit<Refusal, 'line' | 'column'> & { at: number | null };

/** What a reader finds, within the bounds; places are offsets in the text until `brought` makes lines of them. */
export class Finds {
  readonly #messages: BroughtMessage[] = [];
  readonly #endpoints: EndpointSettings[] = [];
  readonly #refused = new Map<string, Noted>();
  #bytes = 0;
  #lookedAt = 0;

  get isFull(): boolean {
    return this.#messages.length >= mostMessages || this.#lookedAt > mostMessagesBytes;
  }

  /** The same is told once, with its first place and how often. */
  refuse(code: RefusalCode, at: number | null, what = '', problem: SettingsProblemCode | null = null): void {
    const short = [...what.slice(0, 2 * mostWhat)].slice(0, mostWhat).join('');
    const key = `${code} ${problem ?? ''} ${short}`;
    const before = this.#refused.get(key);
    if (before) before.count++;
    else if (this.#refused.size < mostRefusals)
      this.#refused.set(key, { code, at, what: short, count: 1, problem });
    else this.#more.count++;
  }

  /** So many bytes took time, whatever became of them. */
  lookedAt(bytes: number): void {
    this.#lookedAt += bytes;
  }

  readonly #more: Noted = { code: 'too-many', at: null, what: '', count: 0, problem: null };

  message(
    found: Partial<BroughtMessage> & Pick<BroughtMessage, 'name' | 'written'>,
    at: number | null,
  ): void {
    const message: BroughtMessage = { ...noFacts(), ...found };
    const size = textBytes(message.written.text);
    this.lookedAt(size);
    if (size > mostSavedBytes) return this.refuse('message-too-long', at, message.name);
    if (this.#messages.length >= mostMessages) return this.refuse('too-many', at);
    if (this.#bytes + size > mostMessagesBytes) return this.refuse('too-many-bytes', at);
    this.#bytes += size;
    const name = nameOf(message.name);
    if (name !== message.name) this.refuse('name-cut', at, name);
    this.#messages.push({ ...message, name });
  }

  /** Refused with the first of what is wrong with it. */
  endpoint(settings: EndpointSettings, at: number | null, what: string): boolean {
    const [problem] = checkSettings(settings);
    if (problem) this.refuse('settings', at, `${what} ${problem.field}`.trim(), problem.code);
    else if (this.#endpoints.length >= mostEndpoints) this.refuse('too-many', at);
    else this.#endpoints.push(settings);
    return problem === undefined;
  }

  brought(text: string): Brought {
    const noted = [...this.#refused.values(), ...(this.#more.count > 0 ? [this.#more] : [])];
    return {
      isReadable: true,
      messages: this.#messages,
      endpoints: this.#endpoints,
      refused: withPlaces(text, noted),
    };
  }
}

export const noFacts = (): Omit<BroughtMessage, 'name' | 'written'> => ({
  ...{ note: '', folder: '', key: null, target: null, repeatMs: null, packetSender: {}, extra: {} },
});

export const unreadable = (text: string, { code, at, what }: Unreadable): Brought => ({
  isReadable: false,
  messages: [],
  endpoints: [],
  refused: withPlaces(text, [{ code, at, what, count: 1, problem: null }]),
});

/** In the order of their places; in one pass over the text, however many there are. */
function withPlaces(text: string, noted: readonly Noted[]): Refusal[] {
  const inOrder = [...noted].sort((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity) || 0);
  let line = 1;
  let from = 0;
  let next = text.indexOf('\n');
  return inOrder.map(({ at, ...rest }) => {
    if (at === null) return { ...rest, line: null, column: null };
    while (next >= 0 && next < at) {
      line++;
      from = next + 1;
      next = text.indexOf('\n', from);
    }
    return { ...rest, line, column: Math.min(at, text.length) - from + 1 };
  });
}

/** As settings and lists take one: one line, not too long. */
export const nameOf = (name: string): string =>
  [
    ...name
      .slice(0, 1000)
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu, ' ')
      .trim(),
  ]
    .slice(0, mostNameCharacters)
    .join('')
    .slice(0, mostNameCharacters)
    .trim();

/** Macros of Packet Sender, which mean the same here. */
export const macros = /(\{\{(?:DATE|TIME|UNIXTIME|RANDOM|UNIQUE|COUNTER)\}\})/;

/** Bytes as a message: text with escapes where a person would write it as text, else hex. With `macros`, those stay. */
export function writtenOf(bytes: Uint8Array, keep: RegExp | null = null): WrittenMessage {
  const pieces = keep === null ? [decodeEscaped(bytes)] : decodeEscaped(bytes).split(keep);
  const isText = isCleanText(bytes);
  const parts = pieces.map((piece, at) => {
    if (at % 2 === 1) return piece;
    const own = encodeEscaped(piece);
    // One brace before those of a macro would be taken for a part of them.
    return isText ? escapeText(own).replace(/\{$/, at + 1 < pieces.length ? '\\x7B' : '{') : formatHex(own);
  });
  return {
    mode: isText ? 'text' : 'hex',
    text: parts.filter((part) => part !== '').join(isText ? '' : ' '),
    lineEnd: 'none',
  };
}

/** As much of a target as is kept with a message here. */
export const savedTargetOf = (target: BroughtMessage['target']): SavedTarget | null =>
  target === null || target === 'all'
    ? target
    : { host: target.host, port: target.port, ...(target.transport && { transport: target.transport }) };
