/** `socketscope compare DIR A B`: two records, parts or several of them, or connections of a capture, as diff(1) does with files. */
import { compare, mostCompared, type Comparison } from '../../../shared/compare/compare.ts';
import type { Ignore } from '../../../shared/compare/ignore.ts';
import type { DecoderId } from '../../../shared/decoding/decoded.ts';
import { escapeLine, escapeText, formatHex } from '../../../shared/payload/format.ts';
import { jsonForTerminal } from '../../../shared/show/characters.ts';
import { directionSigns } from '../../../shared/show/directions.ts';
import { formatSize } from '../../../shared/show/sizes.ts';
import { formatClock, formatDuration } from '../../../shared/show/times.ts';
import { texts } from '../../../shared/texts/index.ts';
import { monotonic } from '../../engine/clock.ts';
import { tell } from '../terminal.ts';
import type { compareFormats } from './choices.ts';
import { chosen, type Chosen, type Direction } from './compared-bytes.ts';
import { printLines } from './print-lines.ts';
import { withCapture } from './kept-capture.ts';

export type CompareOptions = {
  endpoint?: string;
  ignore?: Ignore[];
  as?: DecoderId;
  format: (typeof compareFormats)[number];
};

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
    const all = ofs.map((of): Compared => {
      const bytes = (side: Chosen) =>
        (of === null ? side.parts[0] : side.parts.find((part) => part.of === of))?.bytes ?? new Uint8Array(0);
      const sides = { a: bytes(one), b: bytes(other) };
      return { of, ...sides, result: compare({ ...sides, as: as ?? null, hints: {}, ignore }, monotonic) };
    });
    const compared = all.filter(({ a, b }) => a.length + b.length > 0 || all.length === 1);
    const lines = format === 'jsonl' ? objects(one, other, compared) : textLines(one, other, compared);
    if (!(await printLines(lines))) return 1;
    const { comparedCut, comparedLate } = texts.commandLine;
    if (one.isCut || other.isCut) tell(`${comparedCut(formatSize(mostCompared))}\n`);
    if (compared.some(({ result }) => !result.isWhole)) tell(`${comparedLate}\n`);
    return compared.some(({ result }) => result.differences > 0) ? 1 : 0;
  });
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

const sinceBefore = ({ time, previousTime }: Chosen['info']): number | null =>
  previousTime === null ? null : Math.round((time - previousTime) * 1000) / 1000;
