/** What `compare` is about: `#12`, `#12@4..9`, `#12..#14,#20`, `conn:5`, `conn:5@0..99`. */
import { mostCompared } from '../../../shared/compare/compare.ts';
import { mostParts } from '../../../shared/compare/source.ts';
import type { RecordInfo } from '../../../shared/contract.ts';
import { joinBytes } from '../../../shared/payload/join.ts';
import { isPayload } from '../../../shared/records.ts';
import { texts } from '../../../shared/texts/index.ts';
import type { Capture } from '../../engine/capture/capture.ts';
import { connectionStreams } from '../../engine/reading/connection-streams.ts';
import { frameBytes } from '../../engine/reading/frames/stretch.ts';
import { UsageError } from './usage-error.ts';

export type Direction = 'sent' | 'received';
/** One of a record, one for each direction of several or of a connection. */
type Part = { of: Direction; bytes: Uint8Array };
export type Chosen = {
  name: string;
  info: Pick<RecordInfo, 'time' | 'previousTime' | 'openingTime'>;
  parts: Part[];
  isCut: boolean;
};

/** Of each part, both ends are in it; the last one can be left out. */
type Range = { first: number; last: number };
const offset = String.raw`(\d{1,12}|0x[0-9a-f]{1,10})`;
const rangeForm = new RegExp(`^(.+?)@${offset}(?:(\\.\\.|-)${offset}?)?$`, 'i');

/** Throws a `UsageError` for what is no record with bytes, and no connection. */
export async function chosen(capture: Capture, given: string): Promise<Chosen> {
  const { what, range } = partOf(given.trim());
  const connection = /^conn:#?(\d{1,10})$/.exec(what)?.[1];
  const read =
    connection === undefined
      ? await ofRecords(capture, numbersOf(what, given), given)
      : await ofConnection(capture, Number(connection), given);
  const parts = read.parts.map(({ of, bytes }) => ({
    of,
    bytes: range === null ? bytes : bytes.subarray(range.first, range.last + 1),
  }));
  if (range !== null && parts.every(({ bytes }) => bytes.length === 0))
    throw new UsageError(texts.commandLine.problems.compareNoBytes(given));
  return { ...read, name: given.trim().replace(/^\d/, '#$&'), parts };
}

function partOf(given: string): { what: string; range: Range | null } {
  const [, what, first, dots, end] = rangeForm.exec(given) ?? [];
  if (what === undefined) return { what: given, range: null };
  const last = dots === undefined ? first : (end ?? mostCompared);
  return { what, range: { first: Number(first), last: Number(last) } };
}

/** `#3,#5..#9`: those of a row of numbers that have bytes. */
function numbersOf(what: string, given: string): { numbers: number[]; isOne: boolean } {
  const numbers: number[] = [];
  const { problems } = texts.commandLine;
  const parts = what.split(',').map((part) => /^\s*#?(\d{1,10})(?:\.\.#?(\d{1,10}))?\s*$/.exec(part));
  for (const part of parts) {
    const [first, last] = [Number(part?.[1] ?? NaN), Number(part?.[2] ?? part?.[1] ?? NaN)];
    if (!(first <= last)) throw new UsageError(problems.compareWhat(given));
    if (numbers.length + last - first >= mostParts) throw new UsageError(problems.compareTooMany(mostParts));
    for (let number = first; number <= last; number++) numbers.push(number);
  }
  return { numbers, isOne: parts.length === 1 && parts[0]![2] === undefined };
}

async function ofRecords(
  capture: Capture,
  { numbers, isOne }: ReturnType<typeof numbersOf>,
  given: string,
): Promise<Omit<Chosen, 'name'>> {
  const found: { info: Omit<RecordInfo, 'before'>; bytes: Uint8Array }[] = [];
  let isCut = false;
  for (const number of numbers) {
    const info = await capture.info(number).catch(() => null);
    if (info === null) throw new UsageError(texts.commandLine.problems.noSuchRecord(given));
    if (!isPayload(info.kind)) continue;
    found.push({ info, bytes: await capture.payload(number, 0, mostCompared) });
    isCut ||= info.length > mostCompared;
  }
  const [first] = found;
  if (first === undefined) throw new UsageError(texts.commandLine.problems.noSuchRecord(given));
  const kind = first.info.kind === 'sent' ? 'sent' : 'received';
  if (isOne) return { info: first.info, parts: [{ of: kind, bytes: first.bytes }], isCut };
  const parts = (['sent', 'received'] as const).map((of) => {
    const all = joinBytes(found.filter(({ info }) => info.kind === of).map(({ bytes }) => bytes));
    isCut ||= all.length > mostCompared;
    return { of, bytes: all.subarray(0, mostCompared) };
  });
  return { info: first.info, parts, isCut };
}

async function ofConnection(capture: Capture, number: number, given: string): Promise<Omit<Chosen, 'name'>> {
  const { problems } = texts.commandLine;
  const info = await capture.info(number).catch(() => null);
  if (info === null) throw new UsageError(problems.noSuchRecord(given));
  const { sent, received, isCut } = await connectionStreams(capture, number, mostCompared);
  if (sent === null && received === null) throw new UsageError(problems.noSuchRecord(given));
  const empty = new Uint8Array(0);
  const parts: Part[] = [
    { of: 'sent', bytes: sent === null ? empty : await frameBytes(capture, sent) },
    { of: 'received', bytes: received === null ? empty : await frameBytes(capture, received) },
  ];
  return { info, parts, isCut };
}
