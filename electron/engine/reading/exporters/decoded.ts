/** What a payload says, told beside it. */
import type { Earlier, RegisterKind, Unpack } from '../../../../shared/decoding/context.ts';
import type { DecodeError, DecoderId } from '../../../../shared/decoding/decoded.ts';
import { decode, usualBudget } from '../../../../shared/decoding/decoders.ts';
import { saidWords } from '../../../../shared/decoding/said.ts';
import type { EndpointSettings } from '../../../../shared/settings/settings.ts';
import { capabilitiesOf } from '../../../../shared/settings/transports.ts';
import { texts, type Texts } from '../../../../shared/texts/index.ts';
import { monotonic } from '../../clock.ts';
import { unpackByNode } from '../brotli.ts';
import { ownBytes } from '../decoded-message.ts';
import type { DecodedEntry, Entry } from './exporter.ts';

/** As what payloads are read. */
export type Decoding = {
  as: DecoderId;
  /** Of Modbus; default: u16. */
  registers?: RegisterKind;
  isListener: boolean;
  isDatagram: boolean;
  unpack: Unpack;
};

/** So, of an endpoint. */
export const toldAs = (decode: Pick<Decoding, 'as' | 'registers'>, settings: EndpointSettings): Decoding => ({
  ...decode,
  isListener: settings.role === 'listener',
  isDatagram: capabilitiesOf(settings).hasBoundaries,
  unpack: unpackByNode,
});

/** A longer message is known by its beginning. */
const mostBytes = 1024 * 1024;
const mostNodes = 50_000;
const mostMs = 500;

/** The entry with what it says, which is known once its payload was read. `earlier`: what it may have been packed with. */
export function toldDecoded(
  entry: Entry,
  payload: AsyncIterable<Uint8Array>,
  decoding: Decoding,
  earlier: ((entry: Entry) => Promise<Earlier | null>) | null,
): { entry: Entry; payload: AsyncIterable<Uint8Array> } {
  if (entry.detail !== null) return { entry, payload };
  const pieces: Uint8Array[] = [];
  let length = 0;
  const keep = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of payload) {
      const part = piece.slice(0, mostBytes - length);
      if (part.length > 0) pieces.push(part);
      length += part.length;
      yield piece;
    }
    if (earlier === null || told().error?.code !== 'needs-earlier') return;
    // What cannot be had any more says as much as nothing.
    const known = await earlier(entry).catch(() => null);
    if (known !== null) said = read(entry, Buffer.concat(pieces), decoding, known);
  };
  let said: DecodedEntry | null = null;
  const told = (): DecodedEntry => (said ??= read(entry, Buffer.concat(pieces), decoding));
  return {
    entry: { ...entry, decoded: told },
    payload: keep(),
  };
}

function read(
  { kind, frame, length }: Entry,
  whole: Uint8Array,
  { as, registers, isListener, isDatagram, unpack }: Decoding,
  earlier?: Earlier,
): DecodedEntry {
  if (whole.length === 0) return { as, summary: '', error: null, goesOn: false };
  const hints = {
    from: (kind === 'received') === isListener ? ('client' as const) : ('server' as const),
    isDatagram,
    ...(registers && { registers }),
    ...(earlier && { earlier }),
  };
  const end = monotonic() + mostMs;
  const budget = {
    ...usualBudget(() => monotonic() > end),
    ...{ nodes: mostNodes, unpackedBytes: mostBytes },
  };
  const bytes = frame === undefined ? whole : ownBytes(as, whole, frame.payload(), hints);
  const { summary, error } = decode(as, bytes, budget, hints, unpack);
  return { as, summary, error, goesOn: (frame === undefined && !isDatagram) || length > mostBytes };
}

/** Below a record; '' where there is nothing to say. */
export function decodedLine(entry: Entry, words: Texts = texts): string {
  const said = decodedWords(entry, words);
  return said === '' ? '' : `  ${words.decoding.names[entry.decoded!().as]}: ${said}\n`;
}

/** What it says alone. */
export function decodedWords({ decoded }: Entry, words: Texts = texts): string {
  if (decoded === undefined) return '';
  const { summary, error, goesOn } = decoded();
  return saidWords({ summary, problem: error?.code ?? null }, goesOn, words);
}

/** The same as a field of JSON. */
export function decodedField({ decoded }: Entry): { decoded?: DecodedFields } {
  if (decoded === undefined) return {};
  const { as, summary, error } = decoded();
  return { decoded: { as, summary, error } };
}
type DecodedFields = { as: DecoderId; summary: string; error: DecodeError | null };
