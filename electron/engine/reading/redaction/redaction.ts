/**
 * Removes what a person names from what is exported. Everything is found first, over whole streams, so that it can be
 * counted, and a value that reads have cut is found; then bytes are replaced by others of the same length wherever they
 * are read, and texts beside them as they are told.
 */
import type { DecoderId } from '../../../../shared/decoding/decoded.ts';
import type { EncodingId } from '../../../../shared/encodings/encodings.ts';
import { FailureError } from '../../../../shared/failure.ts';
import { isPayload, type RecordDetail } from '../../../../shared/records.ts';
import type { RedactRule } from '../../../../shared/redaction/rules.ts';
import type { EndpointSettings } from '../../../../shared/settings/settings.ts';
import { capabilitiesOf } from '../../../../shared/settings/transports.ts';
import type { Capture } from '../../capture/capture.ts';
import { DamageError, kindOf, type Entries } from '../../capture/format.ts';
import { decodeDetail } from '../../capture/details.ts';
import { scan } from '../../capture/scan.ts';
import type { RowSource } from '../row-source.ts';
import type { Ends, Entry } from '../exporters/exporter.ts';
import { Hosts } from './hosts.ts';
import { Patches } from './patches.ts';
import { Replacements } from './replacements.ts';
import {
  bytesSearches,
  hexSearch,
  hostNamesIn,
  hostSearch,
  ipv4,
  ipv6,
  joinedSearch,
  longestMatch,
  nameSearch,
  packedSearch,
  patternSearch,
  textSearches,
} from './searches.ts';
import { removeInRows } from './row-ranges.ts';
import { StreamSearch, type Search } from './stream-search.ts';

export type RedactionSource = {
  capture: Capture;
  settings: EndpointSettings;
  encodings: readonly EncodingId[];
  /** Records below are looked through. */
  length: number;
  /** What is exported: what is removed of messages is removed of these. Read, and not closed. */
  rows: RowSource;
  /** As what messages are read; null: as what they look like. */
  decoding: DecoderId | null;
  signal: AbortSignal;
  told: (done: number, total: number) => void;
};

/** Bytes of a payload that are read at a time. */
const pieceBytes = 256 * 1024;
/** What may wait in all streams for more. */
const mostWaiting = 64 * 1024 * 1024;
const entriesAtOnce = 512;
/** Values that a pattern has found and that are looked for elsewhere, in the forms of texts, too. */
const mostValues = 64;
const leastValue = 4;
/** Hosts that are looked for as Base64 and in other forms, too. */
const mostFormedHosts = 32;

export class Redaction {
  readonly rules: readonly RedactRule[];
  readonly #hosts: Hosts;
  readonly #replacements: Replacements;
  readonly #patches: Patches;
  /** Of texts, by the rules that can find anything there. */
  #textSearch: Search = () => ({ ranges: [] });
  readonly #mapsHosts: boolean;
  /** Hosts that are no addresses. */
  #names: RegExp | null = null;

  private constructor(rules: readonly RedactRule[], settings: EndpointSettings) {
    this.rules = rules;
    this.#hosts = new Hosts(settings);
    this.#mapsHosts = rules.some(({ kind }) => kind === 'addresses');
    this.#replacements = new Replacements(
      rules.flatMap((rule) => (rule.kind === 'text' || rule.kind === 'name' ? [rule.text] : [])),
    );
    this.#patches = new Patches(this.#replacements);
  }

  /** Looks through the capture. Rejects with CANCELLED, REDACTION_TOO_SLOW and REDACTION_TOO_MANY, and as the capture's reads do. */
  static async prepare(rules: readonly RedactRule[], source: RedactionSource): Promise<Redaction> {
    const redaction = new Redaction(rules, source.settings);
    await redaction.#prepare(source);
    return redaction;
  }

  /** Replaces what is removed of bytes of the capture that lie at `place`. */
  apply(place: number, bytes: Uint8Array): void {
    this.#patches.apply(place, bytes);
  }

  countIn(place: number, length: number): number {
    return this.#patches.countIn(place, length);
  }

  /** Bytes `from` to `to - 1` of what lies in these parts are removed. */
  remove(value: Uint8Array, parts: readonly { place: number; length: number }[]): void {
    if (this.#patches.isFull) throw new FailureError({ code: 'REDACTION_TOO_MANY' });
    const number = this.#replacements.numberOf(Buffer.from(value).toString('latin1'));
    let offset = 0;
    for (const { place, length } of parts) {
      this.#patches.add(place, length, number, offset, value.length);
      offset += length;
    }
  }

  /** `onPlace`: for each that is replaced. */
  text(text: string, onPlace: () => void = () => undefined): string {
    const named = this.#mapsHosts || this.#hosts.known.size > 0 ? this.#withoutHosts(text, onPlace) : text;
    const bytes = Buffer.from(named);
    const ranges = [...this.#textSearch(bytes, true).ranges].sort((a, b) => a.from - b.from);
    if (ranges.length === 0) return named;
    let [out, at] = ['', 0];
    for (const { from, to } of ranges) {
      if (from < at) continue;
      const value = bytes.subarray(from, to).toString('latin1');
      out +=
        bytes.subarray(at, from).toString() +
        this.#replacements.text(this.#replacements.numberOf(value), value.length);
      onPlace();
      at = to;
    }
    return out + bytes.subarray(at).toString();
  }

  /** All of a record but its payload. */
  entry(entry: Entry, onPlace: () => void = () => undefined): Entry {
    const text = (one: string): string => this.text(one, onPlace);
    const { annotation, detail, ends } = entry;
    return {
      ...entry,
      endpoint: this.text(entry.endpoint),
      peer: this.text(entry.peer),
      ends: this.#told(ends, (one) => this.text(one)) as Ends,
      detail: this.#told(detail, text) as RecordDetail | null,
      ...(annotation && {
        annotation: { ...annotation, note: text(annotation.note), tags: annotation.tags.map(text) },
      }),
    };
  }

  #told(value: unknown, text: (one: string) => string): unknown {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map((one) => this.#told(one, text));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, ours.has(key) ? inner : this.#told(inner, text)]),
    );
  }

  #withoutHosts(text: string, onPlace: () => void): string {
    const replaced = (host: string): string => {
      const other = this.#hosts.of(host) === host ? this.#hosts.of(host.toLowerCase()) : this.#hosts.of(host);
      if (other !== host) onPlace();
      return other;
    };
    const told = text.replaceAll(ipv6, replaced).replaceAll(ipv4, replaced);
    return this.#names === null ? told : told.replaceAll(this.#names, replaced);
  }

  async #prepare(source: RedactionSource): Promise<void> {
    const { encodings, settings } = source;
    if (this.#mapsHosts) {
      this.#hosts.addFrom(settings);
      await eachDetail(source, (detail) => this.#hosts.addIn(detail));
    }
    for (const rule of this.rules)
      if (rule.kind === 'name') this.#hosts.add(this.#hosts.names.get(rule.text.toLowerCase()) ?? '');
    const hosts = this.#hosts.known;
    this.#names = hostNamesIn(hosts);

    const patterns = this.rules.flatMap((rule) =>
      rule.kind === 'pattern' ? patternSearch(rule.source, rule.flags, encodings) : [],
    );
    const literals = this.rules.flatMap((rule) => this.#literals(rule, encodings));
    if (hosts.size > 0) {
      literals.push(...hostSearch(hosts));
      if (hosts.size <= mostFormedHosts)
        for (const host of hosts) literals.push(...bytesSearches(Buffer.from(host)).slice(1));
    }
    const values = new Set<string>();
    const overlap = Math.max(
      longestMatch,
      ...this.rules.map((rule) => ('text' in rule ? 8 * rule.text.length : 0)),
    );
    const all = [...patterns, ...literals];
    if (all.length > 0)
      await eachStream(source, joinedSearch([...all, packedSearch(all)]), overlap, (value, parts) => {
        this.remove(value, parts);
        const isShort = value.length < leastValue || value.length > longestMatch;
        if (patterns.length > 0 && !isShort && values.size < mostValues) values.add(value.toString('latin1'));
      });
    for (const rule of this.rules)
      if (rule.kind === 'bytes' || rule.kind === 'field')
        await removeInRows(rule, source, (value, parts) => {
          this.remove(value, parts);
          const isShort = rule.kind === 'bytes' || value.length < leastValue || value.length > longestMatch;
          if (!isShort && values.size < mostValues) values.add(Buffer.from(value).toString('latin1'));
        });
    // What a pattern has found can stand elsewhere as Base64, or without what the pattern wants around it.
    const found = [...values].flatMap((value) => bytesSearches(Buffer.from(value, 'latin1')));
    if (found.length > 0)
      await eachStream(source, joinedSearch([...found, packedSearch(found)]), overlap, (value, parts) =>
        this.remove(value, parts),
      );
    this.#textSearch = joinedSearch([
      ...patterns,
      ...this.rules.flatMap((rule) => this.#literals(rule, [])),
      ...found,
    ]);
  }

  #literals(rule: RedactRule, encodings: readonly EncodingId[]): Search[] {
    if (rule.kind === 'text') return textSearches(rule.text, encodings);
    if (rule.kind === 'name')
      return [nameSearch(rule.text), ...bytesSearches(Buffer.from(rule.text)).slice(1)];
    return rule.kind === 'hex' ? [hexSearch(rule.pattern)] : [];
  }
}

/** Words of the program, which say nothing of anybody. */
const ours: ReadonlySet<string> = new Set([
  ...[
    'kind',
    'note',
    'code',
    'by',
    'how',
    'during',
    'origin',
    'outcome',
    'socket',
    'family',
    'version',
    'cipher',
    'why',
  ],
  ...['verifyCode', 'messages', 'option', 'file'],
]);

async function eachDetail(source: RedactionSource, visit: (detail: RecordDetail) => void): Promise<void> {
  const { capture } = source;
  await eachEntry(source, async (entries, i, kind) => {
    if (isPayload(kind)) return;
    const detail = decodeDetail(kind, await readAt(capture, entries.place(i), entries.length(i)));
    if (detail !== null) visit(detail);
  });
}

/** Every stream of the capture goes through `search`, each in each direction by itself; a datagram is one. */
async function eachStream(
  source: RedactionSource,
  search: Search,
  overlap: number,
  onFound: ConstructorParameters<typeof StreamSearch>[2],
): Promise<void> {
  const { capture, settings } = source;
  const { hasBoundaries } = capabilitiesOf(settings);
  const streams = new Map<string, StreamSearch>();
  let [waiting, most] = [0, mostWaiting];
  const end = (key: string): void => {
    const stream = streams.get(key);
    waiting -= stream?.bytes ?? 0;
    streams.delete(key);
    stream?.finish();
  };
  await eachEntry(source, async (entries, i, kind) => {
    const number = entries.stream(i);
    if (!isPayload(kind)) {
      if (kind === 'closed' || kind === 'failed')
        for (const each of ['sent', 'received']) end(`${number} ${each}`);
      return;
    }
    const key = `${number} ${kind}`;
    const stream = streams.get(key) ?? new StreamSearch(search, overlap, onFound);
    streams.set(key, stream);
    const [place, length] = [entries.place(i), entries.length(i)];
    for (let at = 0; at < length; at += pieceBytes) {
      const before = stream.bytes;
      stream.push(place + at, await readAt(capture, place + at, Math.min(pieceBytes, length - at)));
      waiting += stream.bytes - before;
    }
    if (hasBoundaries) end(key);
    if (waiting < most) return;
    for (const one of streams.values()) {
      waiting -= one.bytes;
      one.settle(false);
      waiting += one.bytes;
    }
    most = Math.max(mostWaiting, 2 * waiting);
  });
  for (const [key] of streams) end(key);
}

/** What cannot be relied on is not exported either. */
async function eachEntry(
  { capture, length, signal, told }: RedactionSource,
  visit: (entries: Entries, i: number, kind: Entry['kind']) => Promise<void>,
): Promise<void> {
  await scan(capture, { from: capture.cleared, to: length, most: entriesAtOnce }, async (entries) => {
    if (signal.aborted) throw new FailureError({ code: 'CANCELLED' });
    for (let i = 0; i < entries.count; i++)
      if (!entries.isDamaged(i))
        await visit(entries, i, kindOf(entries.kind(i))).catch((error: unknown) => {
          if (!(error instanceof DamageError)) throw error;
        });
    told(entries.from + entries.count, length);
  });
}

const readAt = (capture: Capture, place: number, length: number): Uint8Array | Promise<Uint8Array> =>
  capture.readNow(place, length) ?? capture.read(place, length);
