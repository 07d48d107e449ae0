/** `socketscope compare DIR A B`: two records or connections of a capture, as diff(1) does with files. */
import { compare, mostCompared, type Comparison } from '../../../shared/compare/compare.ts';
import type { Ignore } from '../../../shared/compare/ignore.ts';
import type { RecordInfo } from '../../../shared/contract.ts';
import type { DecoderId } from '../../../shared/decoding/decoded.ts';
import { escapeLine, escapeText, formatHex } from '../../../shared/payload/format.ts';
import { isPayload } from '../../../shared/records.ts';
import { jsonForTerminal } from '../../../shared/show/characters.ts';
import { directionSigns } from '../../../shared/show/directions.ts';
import { formatSize } from '../../../shared/show/sizes.ts';
import { formatClock, formatDuration } from '../../../shared/show/times.ts';
import { texts } from '../../../shared/texts/index.ts';
import { monotonic } from '../../engine/clock.ts';
import type { Capture } from '../../engine/capture/capture.ts';
import { connectionStreams } from '../../engine/reading/connection-streams.ts';
import { frameBytes } from '../../engine/reading/frames/stretch.ts';
import { tell } from '../terminal.ts';
import type { compareFormats } from './choices.ts';
import { printLines } from './print-lines.ts';
import { withCapture } from './kept-capture.ts';
import { UsageError } from './usage-error.ts';

export type CompareOptions = {
  endpoint?: string;
  ignore?: Ignore[];
  as?: DecoderId;
  format: (typeof compareFormats)[number];
};

type Direction = 'sent' | 'received';
/** `of`: which stream of a connection; null for a record. */
type Part = { of: Direction | null; bytes: Uint8Array };
type Chosen = { name: string; info: RecordLike; parts: Part[]; isCut: boolean };
type RecordLike = Pick<RecordInfo, 'time' | 'previousTime' | 'openingTime'>;
type Compared = { of: Direction | null; a: Uint8Array; b: Uint8Array; result: Comparison };

const shownBytes = 24;
const shownText = 48;

/** Resolves with the exit code: 1 where they differ. Throws a `UsageError`. */
export async function compareRecords(
  path: string,
  a: string,
  b: string,
  { endpoint: wanted, ignore = [], as, format }: CompareOptions,
): Promise<number> {
  return withCapture(path, wanted, async (_, capture) => {
    const [one, other] = [await chosen(capture, a), await chosen(capture, b)];
    const ofs = one.parts.length === 1 && other.parts.length === 1 ? [null] : (['sent', 'received'] as const);
    const compared = ofs.map((of): Compared => {
      const bytes = (side: Chosen) =>
        (of === null ? side.parts[0] : side.parts.find((part) => part.of === of))?.bytes ?? new Uint8Array(0);
      const sides = { a: bytes(one), b: bytes(other) };
      return { of, ...sides, result: compare({ ...sides, as: as ?? null, hints: {}, ignore }, monotonic) };
    });
    const lines = format === 'jsonl' ? objects(one, other, compared) : textLines(one, other, compared);
    if (!(await printLines(lines))) return 1;
    const { comparedCut, comparedLate } = texts.commandLine;
    if (one.isCut || other.isCut) tell(`${comparedCut(formatSize(mostCompared))}\n`);
    if (compared.some(({ result }) => !result.isWhole)) tell(`${comparedLate}\n`);
    return compared.some(({ result }) => result.differences > 0) ? 1 : 0;
  });
}

/** Throws a `UsageError` for what is no record with bytes, and no connection. */
async function chosen(capture: Capture, given: string): Promise<Chosen> {
  const [, record, connection] = /^\s*(?:#?(\d{1,10})|conn:#?(\d{1,10}))\s*$/.exec(given) ?? [];
  const { problems } = texts.commandLine;
  const number = Number(record ?? connection ?? NaN);
  if (Number.isNaN(number)) throw new UsageError(problems.compareWhat(given));
  const info = await capture.info(number).catch(() => null);
  if (info === null) throw new UsageError(problems.noSuchRecord(given));
  if (record !== undefined) {
    if (!isPayload(info.kind)) throw new UsageError(problems.noSuchRecord(given));
    const bytes = await capture.payload(number, 0, mostCompared);
    return { name: `#${number}`, info, parts: [{ of: null, bytes }], isCut: info.length > mostCompared };
  }
  const { sent, received, isCut } = await connectionStreams(capture, number, mostCompared);
  if (sent === null && received === null) throw new UsageError(problems.noSuchRecord(given));
  const empty = new Uint8Array(0);
  const parts: Part[] = [
    { of: 'sent', bytes: sent === null ? empty : await frameBytes(capture, sent) },
    { of: 'received', bytes: received === null ? empty : await frameBytes(capture, received) },
  ];
  return { name: `conn:${number}`, info, parts, isCut };
}

const placeOf = (offset: number): string => offset.toString(16).padStart(8, '0');

function* textLines(one: Chosen, other: Chosen, compared: readonly Compared[]): Generator<string> {
  const { absent, after, ignoredFields } = texts.compare;
  for (const [letter, { name, info }] of [
    ['A', one],
    ['B', other],
  ] as const) {
    const since =
      info.previousTime === null ? '' : `  ${after(formatDuration(info.time - info.previousTime))}`;
    yield `${letter} ${name}  ${formatClock(info.time)}${since}`;
  }
  for (const { of, a, b, result } of compared) {
    const sign = of === null ? '' : `${directionSigns[of]} `;
    yield `${sign}${texts.commandLine.compared(result.differences, result.bytes)}`;
    for (const hunk of result.hunks) {
      if (hunk.isEqual || hunk.isIgnored) continue;
      yield `@ ${placeOf(hunk.a)} ${placeOf(hunk.b)}`;
      if (hunk.aLength > 0) yield `- ${bytesLine(a.subarray(hunk.a, hunk.a + hunk.aLength))}`;
      if (hunk.bLength > 0) yield `+ ${bytesLine(b.subarray(hunk.b, hunk.b + hunk.bLength))}`;
    }
    for (const field of result.fields?.fields ?? []) {
      const [was, is] = [field.a, field.b].map((value) => (value === null ? absent : escapeLine(value)));
      yield `${escapeLine(field.path)}: ${was} → ${is}`;
    }
    if (result.fields && result.fields.fields.length + result.fields.ignored > 0)
      yield ignoredFields(result.fields.equal, result.fields.ignored);
  }
}

const bytesLine = (bytes: Uint8Array): string =>
  `${formatHex(bytes, shownBytes)}  ${escapeText(bytes.subarray(0, shownText))}${bytes.length > shownText ? '…' : ''}`;

function* objects(one: Chosen, other: Chosen, compared: readonly Compared[]): Generator<string> {
  for (const { of, a, b, result } of compared) {
    const direction = of === null ? {} : { direction: of };
    const { differences, bytes, as, fields, isWhole } = result;
    const names = { a: one.name, b: other.name, afterMs: [one, other].map(({ info }) => sinceBefore(info)) };
    const counts = { differences, bytes, isWhole, equalFields: fields?.equal ?? null };
    yield jsonForTerminal({ kind: 'summary', ...direction, ...names, ...counts, as });
    for (const hunk of result.hunks) {
      if (hunk.isEqual) continue;
      const side = (whole: Uint8Array, offset: number, length: number) => ({
        ...{ offset, length },
        hex: Buffer.from(whole.subarray(offset, offset + length)).toString('hex'),
      });
      yield jsonForTerminal({
        ...{ kind: 'difference', ...direction, isIgnored: hunk.isIgnored },
        ...{ a: side(a, hunk.a, hunk.aLength), b: side(b, hunk.b, hunk.bLength) },
      });
    }
    for (const field of fields?.fields ?? [])
      yield jsonForTerminal({ kind: 'field', ...direction, ...field });
  }
}

const sinceBefore = ({ time, previousTime }: RecordLike): number | null =>
  previousTime === null ? null : Math.round((time - previousTime) * 1000) / 1000;
