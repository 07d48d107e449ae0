/** `socketscope bytes TEXT`: what would be sent for it. */
import '../../../shared/encodings/all-codecs.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import { escapeText, formatHex } from '../../../shared/payload/format.ts';
import { isBytes, isInsert, type Filled } from '../../../shared/payload/fill.ts';
import { readForeign, type ForeignNotation } from '../../../shared/payload/foreign.ts';
import { payloadFunctions } from '../../../shared/payload/functions/functions.ts';
import type { Part, PayloadProblem } from '../../../shared/payload/parts.ts';
import {
  fillMessage,
  notations,
  parseMessage,
  withLineEnd,
  type LineEnd,
  type Notation,
} from '../../../shared/payload/payload.ts';
import { noWrap, wrapped, type Wrap } from '../../../shared/payload/wrap.ts';
import { warningsOf, type Warning } from '../../../shared/payload/warnings.ts';
import { FailureError } from '../../../shared/failure.ts';
import { explain, explainProblem, inWords, texts } from '../../../shared/texts/index.ts';
import { jsonForTerminal } from '../../../shared/show/characters.ts';
import { surroundings } from '../../engine/net/surroundings.ts';
import { print, tell } from '../terminal.ts';
import type { bytesFormats, bytesNotations } from './choices.ts';
import { pointedAt, UsageError, usageErrorAt } from './usage-error.ts';

export type BytesOptions = {
  as: (typeof bytesNotations)[number];
  eol: LineEnd;
  encoding: EncodingId;
  wrap?: Wrap;
  format: (typeof bytesFormats)[number];
  helpFunctions?: true;
};

/** Standard input may be as long as what is filled; a message that is written is never so long. */
const mostInput = 64 * 1024 * 1024;

/** Prints the bytes; throws a UsageError for what cannot be sent. `-` is standard input, as it is. */
export async function printBytes(text: string | undefined, options: BytesOptions): Promise<void> {
  if (options.helpFunctions) return print(functionsHelp());
  if (text === undefined) throw new UsageError(texts.commandLine.problems.textMissing);
  const written = text === '-' ? await readInput() : text;
  const { parts, filled } = madeOf(written, options);
  const { bytes } = filled;
  switch (options.format) {
    case 'raw':
      return void process.stdout.write(bytes);
    case 'text':
      return print(`${escapeText(bytes)}\n`);
    case 'jsonl':
      return print(partLines(parts, filled).join(''));
    case 'hex':
      return print(`${formatHex(bytes).toLowerCase()}\n`);
  }
}

const isNotation = (as: BytesOptions['as']): as is Notation => (notations as readonly string[]).includes(as);

type Made = { parts: readonly Part[]; filled: Filled };

function madeOf(text: string, { as, eol, encoding, wrap = noWrap }: BytesOptions): Made {
  if (isNotation(as)) {
    const message = { mode: as, text, lineEnd: eol, encoding, wrap };
    const parsed = parseMessage(message);
    const [problem] = parsed.problems;
    if (problem !== undefined) throw wrong(text, problem);
    for (const warning of warningsOf(message, parsed))
      tell(`${texts.commandLine.mistakes.warning(inLine(text, warning, pointedAt))}\n`);
    return { parts: parsed.parts, filled: filledIn(parsed.parts) };
  }
  const bytes = foreignIn(as, text);
  const { parts } = wrapped(withLineEnd({ parts: [bytes], problems: [], tokens: [] }, eol), wrap);
  return { parts, filled: filledIn(parts) };
}

/** As for a message that goes to nobody yet: what its connection would tell is missing. */
function filledIn(parts: readonly Part[]): Filled {
  try {
    const nowhere = { connection: null, local: null, remote: null, received: null };
    return fillMessage(parts, surroundings({}, nowhere));
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { message } = inWords(error.failure);
    // What is said of a function is enough; of anything else, what to do about it.
    const isMade = error.code === 'MESSAGE_NOT_MADE';
    throw new UsageError(isMade ? message : `${message}\n  ${explain(error.failure).tryThis}`);
  }
}

function foreignIn(notation: ForeignNotation, text: string): Uint8Array<ArrayBuffer> {
  const read = readForeign(notation, text);
  if (!read.ok) throw wrong(text, read.problem);
  return read.bytes;
}

const wrong = (text: string, problem: PayloadProblem): UsageError => inLine(text, problem, usageErrorAt);

/** One line of a long input is enough to see where it is. */
function inLine<T>(
  text: string,
  problem: PayloadProblem | Warning,
  say: (line: string, start: number, end: number, sentence: string) => T,
): T {
  const { start, end } = problem;
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', start);
  const line = text.slice(from, lineEnd < 0 ? undefined : lineEnd);
  // The character there is named with its place.
  const sentence = explainProblem({ ...problem, character: null });
  return say(line, start - from, Math.min(end - from, line.length), sentence);
}

/** Each part with its bytes, and as what it is written where it is not written as them. */
function* partsOf(parts: readonly Part[], { bytes, ends }: Filled) {
  let offset = 0;
  for (const [place, part] of parts.entries()) {
    const end = ends[place]!;
    if (isBytes(part) || isInsert(part))
      yield {
        offset,
        length: end - offset,
        hex: Buffer.from(bytes.subarray(offset, end)).toString('hex'),
        ...(!isBytes(part) && { source: part.source, changes: !part.isFixed }),
      };
    offset = end;
  }
}

const partLines = (parts: readonly Part[], filled: Filled): string[] => [
  ...Array.from(partsOf(parts, filled), (part) => `${jsonForTerminal({ kind: 'part', ...part })}\n`),
  `${jsonForTerminal({ kind: 'message', length: filled.bytes.length, hex: Buffer.from(filled.bytes).toString('hex') })}\n`,
];

async function readInput(): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    if (size > mostInput) throw new UsageError(texts.commandLine.problems.inputTooLong(mostInput));
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(pieces));
  } catch {
    throw new UsageError(texts.commandLine.problems.inputNoUtf8);
  }
}

/** Each with its arguments, what it is for, and an example. */
function functionsHelp(): string {
  const { functions } = texts;
  const all = [...payloadFunctions];
  const families = [...new Set(all.map(([, { family }]) => family))];
  const blocks = families.map((family) => {
    const members = all.filter(([, one]) => one.family === family);
    const lines = members.map(([name, { parameters, takesMore, example }]) => {
      const args = parameters.map(({ name: argument, initial }) =>
        initial === undefined ? argument : `[${argument}]`,
      );
      const usage = [name, ...args, ...(takesMore ? ['…'] : [])].join(' ');
      return `  ${usage}\n      ${functions.help(name)}\n      ${example}\n`;
    });
    return `${functions.families[family]}\n${lines.join('')}`;
  });
  return `${functions.about}\n\n${blocks.join('\n')}`;
}
