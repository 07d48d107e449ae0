/** Puts the parts of a message together as they are read. */
import { mostProblems } from '../problem.ts';
import type { Codec } from '../encodings/codec.ts';
import { bindPipe, type Pipe } from './bind.ts';
import { readCall } from './call.ts';
import { problemsOf } from './fill.ts';
import { encodeUtf8At } from './utf8.ts';
import type { BindCode, Insert, Mark, Parsed, Part, PayloadProblem, Token } from './parts.ts';

const mostTokens = 10_000;

/** Takes the parts of a message in their order. `out` has room for all bytes, and `size` of them are there. */
export class PartsReader {
  readonly out: Uint8Array<ArrayBuffer>;
  size = 0;
  readonly problems: PayloadProblem[] = [];
  readonly #tokens: Token[] = [];
  readonly #parts: (Part | Pipe)[] = [];
  #start = 0;

  readonly #codec: Codec | null;

  /** `codec`: of text that is not sent in UTF-8. */
  constructor(mostBytes: number, codec: Codec | null = null) {
    this.out = new Uint8Array(mostBytes);
    this.#codec = codec;
  }

  /** A character of the text, in its encoding; one that it lacks is a problem at its place. */
  character(codePoint: number, start: number, end: number): void {
    if (this.#codec === null) {
      this.size = encodeUtf8At(this.out, this.size, codePoint);
      return;
    }
    const bytes = this.#codec.encode(codePoint);
    if (bytes === null) return void this.problems.push({ start, end, code: 'text-not-in-encoding' });
    this.out.set(bytes, this.size);
    this.size += bytes.length;
  }

  /** Nobody reads on to list more of them. */
  get isHopeless(): boolean {
    return this.problems.length >= mostProblems;
  }

  token(start: number, end: number, kind: Token['kind']): void {
    if (this.#tokens.length < mostTokens) this.#tokens.push({ start, end, kind });
  }

  insert(insert: Insert): void {
    this.#cut();
    this.#parts.push(insert);
  }

  /** What it means is known when all parts with names are. */
  pipe(pipe: Pipe): void {
    this.#cut();
    this.#parts.push(pipe);
  }

  mark(mark: Mark): void {
    this.#cut();
    this.#parts.push(mark);
  }

  finish(): Parsed {
    this.#cut();
    const names = this.#names();
    const parts = this.#parts.flatMap((part): Part[] => {
      if (part instanceof Uint8Array || !('calls' in part)) return [part];
      const insert = bindPipe(part, names, this.problems, this.#codec);
      return insert === null ? [] : [insert];
    });
    this.problems.push(...problemsOf(parts));
    const problems = this.problems.toSorted((one, other) => one.start - other.start).slice(0, mostProblems);
    return { parts: problems.length > 0 ? [] : parts, problems, tokens: this.#tokens };
  }

  /** Of all parts that have one, each with its beginning and its end. */
  #names(): Set<string> {
    const open = new Map<string, Mark>();
    const names = new Set<string>();
    const refuse = ({ start, end }: Mark, code: BindCode) => this.problems.push({ start, end, code });
    for (const part of this.#parts) {
      if (part instanceof Uint8Array || !('mark' in part)) continue;
      const { name, mark } = part;
      if (mark === 'close') {
        if (!open.delete(name)) refuse(part, 'part-not-open');
      } else if (names.has(name)) refuse(part, 'part-twice');
      else {
        open.set(name, part);
        names.add(name);
      }
    }
    for (const part of open.values()) refuse(part, 'part-not-closed');
    for (const part of this.#parts) if ('calls' in part) for (const name of keptNames(part)) names.add(name);
    return names;
  }

  #cut(): void {
    if (this.size > this.#start) this.#parts.push(this.out.slice(this.#start, this.size));
    this.#start = this.size;
  }
}

/** `{{uuid as=id}}`: the bytes of the whole pipe have this name from there on. */
const keptNames = ({ calls }: Pipe): string[] =>
  calls.flatMap(({ args }) => args.filter(({ key }) => key === 'as').map(({ text }) => text));

/** What the two braces at `at` begin; returns where it ends. */
export function takeBraces(reader: PartsReader, text: string, at: number): number {
  const written = readCall(text, at);
  const { end } = written;
  if (written.kind === 'problem') {
    const { code, start } = written;
    reader.problems.push({ start, end, code });
    // The text goes on behind the braces: a second mistake in it is told, too.
    return Math.max(end, at + 2);
  }
  const place = { source: text.slice(at, end), start: at, end };
  if (written.kind === 'pipe') reader.pipe({ ...place, calls: written.calls });
  else reader.mark({ ...place, mark: written.kind, name: written.name });
  reader.token(at, end, 'insert');
  return end;
}
