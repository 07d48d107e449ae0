/** What `connect` sends of its options, in their order. */
import '../../../shared/encodings/all-codecs.ts';
import { statSync } from 'node:fs';
import { mostDatagramBytesOf } from '../../../shared/message-bounds.ts';
import { wholeFile, type FilePlan } from '../../../shared/file-plan.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import {
  compile,
  parse,
  parseMessage as readWritten,
  withLineEnd,
  type FieldNotation,
  type LineEnd,
  type Template,
  type WrittenMessage,
} from '../../../shared/payload/payload.ts';
import { noWrap, wrapped, type Wrap } from '../../../shared/payload/wrap.ts';
import { explainProblem, texts } from '../../../shared/texts/index.ts';
import { type Capabilities } from '../../../shared/settings/transports.ts';
import { UsageError, usageErrorAt } from './usage-error.ts';

/** A file is read as it is sent. */
export type Message = { template: Template } | { file: string };
/** As typed: `--eol` may come behind the messages it counts for. */
export type MessageOption =
  { kind: FieldNotation | 'file'; value: string } | { kind: 'saved'; value: string; written: WrittenMessage };

/** Of texts. */
type Writing = { eol: LineEnd; encoding: EncodingId; wrap?: Wrap | undefined };

/** IPv6 could take 20 more. */
export const maxDatagramBytes = mostDatagramBytesOf.IPv4;

/** Throws a `UsageError` for what cannot be sent, before anything is connected. */
export function parseMessages(
  options: readonly MessageOption[],
  writing: Writing,
  transport: Capabilities,
  { pieces }: FilePlan = wholeFile,
): Message[] {
  return options.map((option) => {
    const message = parseMessage(option, writing);
    if (transport.hasBoundaries && !('file' in message && pieces !== null)) requireDatagram(option, message);
    return message;
  });
}

function parseMessage(option: MessageOption, { eol, encoding, wrap = noWrap }: Writing): Message {
  const { kind, value } = option;
  if (kind === 'file') return { file: requireFile(value) };
  if (kind === 'saved') return savedMessage(value, option.written);
  const parsed = parse({ mode: kind, text: value, encoding });
  const [problem] = parsed.problems;
  if (problem !== undefined) {
    const { start, end } = problem;
    throw usageErrorAt(
      value,
      start,
      end,
      texts.commandLine.problems.inOption(optionOf(kind), explainProblem(problem)),
    );
  }
  const ended = withLineEnd(parsed, kind === 'text' ? eol : 'none', encoding);
  return { template: compile(wrapped(ended, wrap)) };
}

const optionOf = (kind: FieldNotation): string => (kind === 'text' ? '--send' : `--send-${kind}`);

/** As it was written in the window: its own encoding, line end and what stands around it. */
function savedMessage(name: string, written: WrittenMessage): Message {
  const parsed = readWritten(written);
  const [problem] = parsed.problems;
  if (problem === undefined) return { template: compile(parsed) };
  const { inOption } = texts.commandLine.problems;
  throw usageErrorAt(
    written.text,
    problem.start,
    problem.end,
    inOption(`--send-saved ${name}`, explainProblem(problem)),
  );
}

function requireFile(path: string): string {
  const { problems } = texts.commandLine;
  try {
    if (!statSync(path).isDirectory()) return path;
  } catch (error) {
    throw new UsageError(problems.cannotRead('--send-file', path, (error as Error).message));
  }
  throw new UsageError(problems.isFolder('--send-file', path));
}

/** Of pipes and devices nobody knows the length before, nor of what is made as it is sent. */
function requireDatagram({ value }: MessageOption, message: Message): void {
  const length = 'file' in message ? statSync(message.file).size : fixedLength(message.template);
  if (length > maxDatagramBytes)
    throw new UsageError(texts.commandLine.problems.datagram(value.slice(0, 60), length, maxDatagramBytes));
}

const fixedLength = (template: Template): number => (template.isFixed ? template.fill().length : 0);
