/** `socketscope decode FILE`: what bytes say, as a tree of lines or as objects. */
import { candidates, decode, usualBudget } from '../../../shared/decoding/decoders.ts';
import type { Budget, RegisterKind } from '../../../shared/decoding/context.ts';
import type { Decoded, DecoderId } from '../../../shared/decoding/decoded.ts';
import { rowsOf, valueText, type DecodedRow } from '../../../shared/decoding/rows.ts';
import { escapeLine, formatHex } from '../../../shared/payload/format.ts';
import { jsonForTerminal } from '../../../shared/show/characters.ts';
import { texts } from '../../../shared/texts/index.ts';
import type { OwnValue } from '../../../shared/values/own.ts';
import { monotonic } from '../../engine/clock.ts';
import { tell } from '../terminal.ts';
import type { decodeFormats, plainReadings } from './choices.ts';
import { plainLines } from './plain-readings.ts';
import { printLines } from './print-lines.ts';
import { unpackByNode } from '../../engine/reading/brotli.ts';
import { UsageError } from './usage-error.ts';
import { inFile, wholeInput } from './whole-input.ts';

export type DecodeOptions = {
  as?: DecoderId | (typeof plainReadings)[number];
  /** Where values begin. */
  at?: number;
  /** Rows of values of one's own. */
  value?: OwnValue[];
  registers?: RegisterKind;
  from?: 'client' | 'server';
  datagram?: true;
  format: (typeof decodeFormats)[number];
};

const mostMiB = 64;
const mostBytes = mostMiB * 1024 * 1024;
/** Nobody looks on: more than a window shows, and longer. */
const mostNodes = 2_000_000;
const mostMs = 30_000;
const shownBytes = 8;

/** Resolves with the exit code: 1 where something is wrong with the bytes. Throws a `UsageError`. */
export async function decodeFile(
  path: string,
  { as, at, value, format, datagram, ...given }: DecodeOptions,
): Promise<number> {
  const bytes = await wholeInput(path, mostBytes);
  if (bytes.length > mostBytes)
    throw new UsageError(inFile(path, texts.commandLine.decodeTooLong(`${mostMiB} MiB`)));
  if ((at !== undefined || value !== undefined) && as !== 'values')
    throw new UsageError(texts.commandLine.problems.onlyValues);
  if (as === 'values' || as === 'histogram')
    return (await printLines(plainLines(as, format, bytes, { at: at ?? 0, own: value ?? [] }))) ? 0 : 1;
  const hints = { ...given, ...(datagram && { isDatagram: true }) };
  const id = as ?? candidates(bytes, hints)[0]?.id;
  if (id === undefined) throw new UsageError(inFile(path, texts.commandLine.decodeUnknown));
  const end = monotonic() + mostMs;
  const budget: Budget = {
    ...usualBudget(() => monotonic() > end),
    nodes: mostNodes,
    unpackedBytes: mostBytes,
  };
  const decoded = decode(id, bytes, budget, hints, unpackByNode);
  const isWritten = await printLines(linesOf[format](decoded, bytes));
  if (!isWritten) return 1;
  if (decoded.error === null) return 0;
  const { code, offset } = decoded.error;
  tell(`${texts.commandLine.decodeProblem(texts.decoding.problems[code], placeOf(offset))}\n`);
  return 1;
}

const placeOf = (offset: number): string => offset.toString(16).padStart(8, '0');

const linesOf: Readonly<
  Record<DecodeOptions['format'], (decoded: Decoded, bytes: Uint8Array) => Iterable<string>>
> = {
  text: function* ({ as, root, summary }, bytes) {
    yield `${texts.decoding.names[as]}${summary === '' ? '' : `: ${escapeLine(summary)}`}`;
    for (const row of rowsOf(root, bytes)) yield textLine(row);
  },
  jsonl: function* ({ as, root, summary, error }, bytes) {
    yield jsonForTerminal({ as, summary, error });
    for (const row of rowsOf(root, bytes)) yield jsonForTerminal(fieldsOf(row));
  },
};

/** Bytes of leaves alone: those of the others stand below. */
function textLine({ node, depth, layer, bytes, hasMore }: DecodedRow): string {
  const { name, value, offset, length, problem } = node;
  const own =
    hasMore && node.children.length > 0 ? '' : formatHex(bytes.subarray(offset, offset + length), shownBytes);
  const place = `${layer > 0 ? '+' : ''}${offset.toString(16).padStart(layer > 0 ? 7 : 8, '0')}`;
  const said = [escapeLine(String(name)), escapeLine(valueText(value))]
    .filter((part) => part !== '')
    .join('  ');
  const amiss = problem === null ? '' : `  (${texts.decoding.problems[problem]})`;
  return `${place}  ${own.padEnd(shownBytes * 3 + 1)}  ${'  '.repeat(depth)}${said}${amiss}`.trimEnd();
}

function fieldsOf(row: DecodedRow): Record<string, unknown> {
  const { value, offset, length, problem } = row.node;
  return {
    path: pathOf(row),
    ...{ offset, length },
    ...(value !== undefined && {
      value: typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    }),
    ...(row.layer > 0 && { layer: row.layer }),
    ...(problem !== null && { problem }),
  };
}

function pathOf({ node, parent }: DecodedRow): (string | number)[] {
  const path = [node.name];
  for (let above = parent; above !== null; above = above.parent) path.unshift(above.node.name);
  return path;
}
