/** Options of `listen` and `connect` as values; each parser throws what commander shows with the option's name. */
import { InvalidArgumentError } from 'commander';
import { mostNoteUnits, mostTagUnits } from '../../../shared/annotations.ts';
import { readIgnore, type Ignore } from '../../../shared/compare/ignore.ts';
import type { RegisterKind } from '../../../shared/decoding/context.ts';
import type { DecoderId } from '../../../shared/decoding/decoded.ts';
import { mostPieceBytes, type Pieces } from '../../../shared/file-plan.ts';
import { encodingIds, type EncodingId } from '../../../shared/encodings/encodings.ts';
import { encodingNamed, nearestEncoding } from '../../../shared/encodings/names.ts';
import { parseWrap, type Wrap } from '../../../shared/payload/wrap.ts';
import type { ExportFormat } from '../../../shared/export-formats.ts';
import { readFilter } from '../../../shared/filter/filter.ts';
import type { ReadFilter } from '../../../shared/filter/reading.ts';
import type { Framing } from '../../../shared/framing/framer.ts';
import { parseFraming } from '../../../shared/framing/spec.ts';
import { exportParts, type ExportPart } from '../../../shared/export-formats.ts';
import { mostRedactRules, readRedact } from '../../../shared/redaction/rules.ts';
import type { LineEnd } from '../../../shared/payload/payload.ts';
import type { TlsVersion } from '../../../shared/certificates.ts';
import {
  parseMatch,
  parseNumbers,
  type MatchRule,
  type NumberRule,
} from '../../../shared/statistics/matching.ts';
import { readOwnForm, type OwnValue } from '../../../shared/values/own.ts';
import { explainFilterProblem, explainFramingProblem, naming, texts } from '../../../shared/texts/index.ts';
import { asTyped, strangerIn } from '../../../shared/typed.ts';
import type { MessageOption } from './messages.ts';

export const lineEnds: readonly LineEnd[] = ['none', 'lf', 'cr', 'crlf'];

/** What `listen` and `connect` share. Times are seconds as typed; undefined where not given. */
export type CommonOptions = {
  format: ExportFormat;
  /** Of the text of the conversation: what --send sends, and what is shown and looked for of either direction. */
  encoding: EncodingId;
  /** Undefined: everything passes. */
  filter?: WrittenFilter;
  /** Undefined: chunks are shown, and replies cut what they answer as the settings say. */
  frame?: Framing;
  /** Undefined: as nothing. */
  decode?: DecoderId;
  /** As what Modbus registers are read. */
  registers?: RegisterKind;
  /** What the messages come to is said at the end. */
  stats?: true;
  out?: string;
  /** Beside that, all of it as packets. */
  pcapng?: string;
  capture?: string;
  /** Bytes. */
  captureLimit?: number;
  keepFree?: number;
  keylog?: string;
  timeout?: number;
  connectTimeout?: number;
  idleTimeout?: number;
  count?: number;
  /** Undefined: at a terminal. */
  diagnose?: boolean;
  alpn?: string[];
  cert?: string;
  key?: string;
  passphraseFile?: string;
  sequence?: string;
  join?: string[];
  source?: string;
  tlsMin?: TlsVersion;
  tlsMax?: TlsVersion;
};
/** What is sent, and how often. */
export type SendOptions = {
  messages: TypedMessage[];
  /** In which --send-saved looks, and messages that a sequence names are looked for. */
  data?: string;
  /** Undefined: none, or lf for lines typed at a terminal. */
  eol?: LineEnd;
  wrap?: Wrap;
  /** Milliseconds, as `jitter`. */
  every?: number;
  times?: number;
  jitter?: number;
  stopOnFailure?: true;
  joined?: true;
};
export type ListenOptions = CommonOptions &
  SendOptions & {
    reply: string;
    greet?: string;
    thenClose?: true;
    maxConnections?: number;
    selfSigned?: true;
    clientCa?: string;
  };
/** As it stands in the line; a saved one is looked up. */
export type TypedMessage = Pick<MessageOption, 'kind' | 'value'>;
export type ConnectOptions = CommonOptions &
  SendOptions & {
    /** Of files. */
    pieces?: Pieces;
    /** Milliseconds. */
    pieceEvery?: number;
    halfClose?: true;
    clients?: number;
    ramp?: Ramp;
    /** Seconds. */
    hold?: number;
    verify?: 'on' | 'off';
    ca?: string;
    servername?: string;
    bind?: string;
    proxy?: string;
  };

/** More than a day in a timeout is a typing mistake, or no timeout at all; setTimeout(2) overflows at 24.8 days. */
const mostSeconds = 86_400;
const leastSeconds = 0.001;

export function parseSeconds(text: string): number {
  const typed = asTyped(text).trim();
  const seconds = /^\d*\.?\d+$/.test(typed) ? Number(typed) : NaN;
  if (seconds >= leastSeconds && seconds <= mostSeconds) return seconds;
  throw wrong(text, texts.commandLine.problems.seconds);
}

/** From 0, unlike those above. */
export function parseWait(text: string): number {
  const typed = asTyped(text).trim();
  const seconds = /^\d*\.?\d+$/.test(typed) ? Number(typed) : NaN;
  if (seconds <= mostSeconds) return seconds;
  throw wrong(text, texts.commandLine.problems.wait);
}

/** `10`: seconds in which all are begun; `50/s`: so many of them each second. */
export type Ramp = { seconds: number } | { perSecond: number };

export function parseRamp(text: string): Ramp {
  const typed = asTyped(text).trim();
  const rate = /^(\d*\.?\d+)\/s$/.exec(typed)?.[1];
  if (rate !== undefined && Number(rate) > 0) return { perSecond: Number(rate) };
  if (/^\d*\.?\d+$/.test(typed) && Number(typed) <= mostSeconds) return { seconds: Number(typed) };
  throw wrong(text, texts.commandLine.problems.ramp);
}

export const countTo =
  (most: number) =>
  (text: string): number => {
    const typed = asTyped(text).trim();
    const count = /^\d{1,15}$/.test(typed) ? Number(typed) : 0;
    if (count > 0 && count <= most) return count;
    throw wrong(text, texts.commandLine.problems.count(most));
  };

/** Of what ends by itself. */
const mostCount = 9_999_999_999;
export const parseCount = countTo(mostCount);

/** Beside those before it. */
export function parseIgnoreOption(text: string, before: Ignore[] = []): Ignore[] {
  const ignore = readIgnore(asTyped(text));
  if (ignore === null) throw wrong(text, texts.commandLine.problems.ignore);
  return [...before, ignore];
}

/** Beside those before it. */
export function parseRedactOption(text: string, before: string[] = []): string[] {
  const read = readRedact(text);
  if (!read.ok) throw wrong(text, texts.exporting.rules[read.problem]);
  if (before.length === mostRedactRules)
    throw wrong(text, texts.commandLine.problems.tooManyRules(mostRedactRules));
  return [...before, text];
}

/** Beside those before it. */
export function parsePartOption(text: string, before: ExportPart[] = []): ExportPart[] {
  const part = exportParts.find((each) => each === text);
  if (part === undefined) throw wrong(text, texts.commandLine.problems.part(exportParts));
  return [...before, part];
}

/** '' for none. */
export function parseNoteOption(text: string): string {
  if (text.length > mostNoteUnits) throw wrong(text, texts.commandLine.problems.note(mostNoteUnits));
  return text;
}

/** Beside those before it: one word, with its sign or without. */
export function parseTagOption(text: string, before: string[] = []): string[] {
  const tag = text.replace(/^#/, '');
  if (!/^\S+$/u.test(tag) || tag.length > mostTagUnits)
    throw wrong(text, texts.commandLine.problems.tag(mostTagUnits));
  return [...before, tag];
}

/** `1024` or `0x400`. */
export function parseOffsetOption(text: string): number {
  const typed = asTyped(text).trim();
  if (/^(\d{1,12}|0x[0-9a-f]{1,12})$/i.test(typed)) return Number(typed);
  throw wrong(text, texts.commandLine.problems.offset);
}

/** Beside those before it: `[name=]form`. */
export function parseOwnValue(text: string, before: OwnValue[] = []): OwnValue[] {
  const [, name, form = text] = /^([^="]*)=(.*)$/s.exec(text) ?? [];
  const read = readOwnForm(form);
  const { atPlace, ownProblems } = texts.values;
  if (!read.ok)
    throw wrong(
      text,
      atPlace(read.problem.start + text.length - form.length, ownProblems[read.problem.code]),
    );
  return [...before, { name: name?.trim() ?? form.trim().split(/\s/)[0]!, form }];
}

/** By its number, as the log and jsonl have it. */
export function parseConnection(text: string): number {
  const typed = asTyped(text).trim();
  if (/^\d{1,10}$/.test(typed)) return Number(typed);
  throw wrong(text, texts.commandLine.problems.connectionNumber);
}

/** As above, of a size or of lines. */
export function parsePieces(text: string): Pieces {
  const typed = asTyped(text).trim();
  const count = /^\d{1,15}$/.test(typed) ? Number(typed) : 0;
  if (typed === 'line' || (count > 0 && count <= mostPieceBytes)) return typed === 'line' ? typed : count;
  throw wrong(text, texts.errors['file-pieces']);
}

/** Which of them make a plan is checked with the plan. */
export function parseMilliseconds(text: string): number {
  const typed = asTyped(text).trim();
  if (/^\d*\.?\d+$/.test(typed)) return Number(typed);
  throw wrong(text, texts.commandLine.problems.milliseconds);
}

/** A filter, and how it was written. */
export type WrittenFilter = ReadFilter & { text: string };

export function parseFilterOption(text: string): WrittenFilter {
  const read = readFilter(text);
  if (read.ok) return { ...read.filter, text };
  const { start } = read.problem;
  throw new InvalidArgumentError(texts.composer.problemAt(1, start + 1, explainFilterProblem(read.problem)));
}

/** As it was written, once it can be read. */
export function parseFilterText(text: string): string {
  parseFilterOption(text);
  return text;
}

export function parseFrameOption(text: string): Framing {
  const read = parseFraming(text);
  if (read.ok) return read.framing;
  const { start } = read.problem;
  throw new InvalidArgumentError(texts.composer.problemAt(1, start + 1, explainFramingProblem(read.problem)));
}

export function parseWrapOption(text: string): Wrap {
  const read = parseWrap(text);
  if (read.ok) return read.wrap;
  const { problems } = texts.commandLine;
  throw new InvalidArgumentError(texts.composer.problemAt(1, read.start + 1, problems.wrap(read.choices)));
}

/** By any of its names. */
export function parseEncodingOption(text: string): EncodingId {
  const named = encodingNamed(text);
  if (named !== null) return named;
  throw wrong(text, texts.commandLine.problems.encoding(nearestEncoding(text), encodingIds));
}

/** As people say them: `1.2`. */
export function parseTlsVersion(text: string): TlsVersion {
  const version = asTyped(text).trim().toLowerCase();
  const found = Object.entries(versions).find(
    ([short, long]) => version === short || version === long.toLowerCase(),
  );
  if (found) return found[1];
  throw wrong(text, texts.commandLine.problems.tlsVersion(Object.keys(versions).join(', ')));
}

const versions = { '1.0': 'TLSv1', '1.1': 'TLSv1.1', '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' } as const;

/** RFC 7301 names, apart by commas; what each may hold is checked with the settings. */
export const parseAlpn = (text: string): string[] =>
  asTyped(text)
    .split(',')
    .map((name) => name.trim());

const wrong = (text: string, problem: string): InvalidArgumentError =>
  new InvalidArgumentError(naming(problem, strangerIn(text)));

export function parseMatchOption(text: string): MatchRule {
  const rule = parseMatch(text);
  if (rule === null) throw new InvalidArgumentError(texts.commandLine.problems.match);
  return rule;
}

export function parseNumbersOption(text: string): NumberRule {
  const rule = parseNumbers(text);
  if (rule === null) throw new InvalidArgumentError(texts.commandLine.problems.numbers);
  return rule;
}
