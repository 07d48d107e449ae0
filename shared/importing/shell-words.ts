/**
 * Command lines as a POSIX shell reads them, without running or expanding anything. Words may hold bytes, as
 * `decodeEscaped` makes them.
 */
import { decodeEscaped, encodeEscaped } from '../payload/escaped-utf8.ts';
import { encodeUtf8At } from '../payload/utf8.ts';
import type { RefusalCode } from './brought.ts';

export type Word = { text: string; at: number };
/** What stands between two pipes. */
export type Stage = Word[];
export type Problem = { code: RefusalCode; at: number; what: string };
/** `problem`: it cannot be known what the command is; `aside`: what of it has no place here. */
export type Command = { at: number; end: number; stages: Stage[]; problem: Problem | null; aside: Problem[] };

/** Linear in the length. */
export function* readCommands(text: string): Generator<Command> {
  const reader = new ShellReader(text);
  for (let command = reader.next(); command !== null; command = reader.next())
    if (command.problem !== null || command.stages.some((stage) => stage.length > 0)) yield command;
}

const plain = /[^\s\\'"$`|&;<>()#\r]+/y;
const inDouble = /[^\\"$`]+/y;
const inSingle = /[^']*/y;
const toDouble = /[^"\\]*/y;
const unquoted = /[^\\'"\n]*/y;
const operator = /&&|\|\||;;?|[&()]/y;
const redirection = /\d*(?:&>>?|<<<|<<-?|[<>]&|>>|<>|[<>])/y;
const expansion = /\$(?:[\w{(@*#?$!-])/y;

/** Of one command, with what stands around its pipes. */
const mostWords = 5_000;

class ShellReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith('\ufeff')) this.#at = 1;
  }

  /** Up to the end of its line, or what ends a command within one. */
  next(): Command | null {
    this.#skipBlanks(true);
    if (this.#at >= this.#text.length) return null;
    // What a prompt shows is copied along.
    if (/^\$[ \t]/.test(this.#text.slice(this.#at, this.#at + 2))) this.#at += 2;
    const at = this.#at;
    const command: Command = { at, end: at, stages: [[]], problem: null, aside: [] };
    let words = 0;
    for (;;) {
      this.#skipBlanks(false);
      const character = this.#text[this.#at];
      if (character === undefined || character === '\n') break;
      if (character === '#') {
        this.#skipLine();
        break;
      }
      if (this.#takes(redirection)) this.#redirect(command);
      else if (character === '|' && this.#text[this.#at + 1] !== '|') {
        this.#at += this.#text[this.#at + 1] === '&' ? 2 : 1;
        command.stages.push([]);
        this.#skipBlanks(true);
      } else if (this.#takes(operator)) {
        const what = this.#take(operator);
        if (what !== '(' && what !== ')') break;
        command.problem ??= { code: 'shell-operator', at: this.#at - 1, what };
      } else {
        const word = this.#word(command);
        if (word !== null && ++words <= mostWords) command.stages.at(-1)!.push(word);
        if (words > mostWords) {
          command.problem ??= { code: 'too-many', at: command.at, what: '' };
          this.#skipCommand();
        }
      }
      // Whatever follows is read by the same rules, but means nothing any more.
      if (command.problem?.code === 'shell-quote') break;
    }
    command.end = this.#at;
    return command;
  }

  /** To the end of the line that stands in no quotes. */
  #skipCommand(): void {
    let inside: RegExp = unquoted;
    for (;;) {
      this.#take(inside);
      const character = this.#text[this.#at];
      if (character === undefined || (character === '\n' && inside === unquoted)) return;
      this.#at += character === '\\' ? 2 : 1;
      if (character === "'") inside = inside === inSingle ? unquoted : inSingle;
      if (character === '"') inside = inside === toDouble ? unquoted : toDouble;
    }
  }

  #takes(form: RegExp): boolean {
    form.lastIndex = this.#at;
    return form.test(this.#text);
  }

  #take(form: RegExp): string {
    form.lastIndex = this.#at;
    const taken = form.exec(this.#text)?.[0] ?? '';
    this.#at += taken.length;
    return taken;
  }

  #skipBlanks(lines: boolean): void {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === ' ' || character === '\t' || character === '\r' || (lines && character === '\n'))
        this.#at++;
      else if (character === '\\' && /^\\\r?\n/.test(this.#text.slice(this.#at, this.#at + 3)))
        this.#at = this.#text.indexOf('\n', this.#at) + 1;
      else if (lines && character === '#') this.#skipLine();
      else if (lines && character === ';') this.#at++;
      else return;
    }
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  #redirect(command: Command): void {
    const at = this.#at;
    const what = this.#take(redirection);
    this.#skipBlanks(false);
    const file = this.#text[this.#at] === '\n' ? null : this.#word(command);
    const isInput = what.includes('<');
    // Where output goes is nothing that is sent.
    if (isInput && file?.text !== '/dev/null')
      command.aside.push({ code: 'shell-redirection', at, what: `${what} ${file?.text ?? ''}` });
  }

  /** Null where there was nothing that is one. */
  #word(command: Command): Word | null {
    const at = this.#at;
    const pieces: string[] = [];
    for (;;) {
      const from = this.#at;
      pieces.push(this.#take(plain));
      const character = this.#text[this.#at];
      if (character === '\\') {
        if (/^\r?\n/.test(this.#text.slice(this.#at + 1, this.#at + 3)))
          this.#at = this.#text.indexOf('\n', this.#at) + 1;
        else {
          const next = this.#text.codePointAt(this.#at + 1);
          pieces.push(next === undefined ? '\\' : String.fromCodePoint(next));
          this.#at += next === undefined ? 1 : 1 + (next > 0xffff ? 2 : 1);
        }
      } else if (character === '#' && this.#at > at) {
        pieces.push('#');
        this.#at++;
      } else if (character === "'") this.#single(pieces, command);
      else if (character === '"') this.#double(pieces, command);
      else if (character === '$' && this.#text[this.#at + 1] === "'") this.#escaped(pieces, command);
      else if (character === '$' || character === '`') this.#dollar(pieces, command);
      if (this.#at === from) break;
    }
    if (this.#at === at) {
      this.#at++;
      return null;
    }
    return { text: pieces.join(''), at };
  }

  #single(pieces: string[], command: Command): void {
    const open = this.#at++;
    pieces.push(this.#take(inSingle));
    this.#close("'", open, command);
  }

  #close(quote: string, open: number, command: Command): void {
    if (this.#text[this.#at] === quote) this.#at++;
    else command.problem ??= { code: 'shell-quote', at: open, what: quote };
  }

  #double(pieces: string[], command: Command): void {
    const open = this.#at++;
    for (;;) {
      pieces.push(this.#take(inDouble));
      const character = this.#text[this.#at];
      if (character === '$' || character === '`') this.#dollar(pieces, command);
      else if (character === '\\') {
        const next = this.#text[this.#at + 1] ?? '';
        if (next !== '\n') pieces.push(/[$`"\\]/.test(next) ? next : `\\${next}`);
        this.#at += 1 + next.length;
      } else return this.#close('"', open, command);
    }
  }

  /** A dollar alone is one. */
  #dollar(pieces: string[], command: Command): void {
    const character = this.#text[this.#at]!;
    if (character === '`' || this.#takes(expansion))
      command.problem ??= { code: 'shell-expansion', at: this.#at, what: this.#expansion() };
    pieces.push(character);
    this.#at++;
  }

  #expansion(): string {
    const rest = this.#text.slice(this.#at, this.#at + 60);
    return /^\$\w+|^\$\{[^}\n]*\}|^\$\([^)\n]*\)?|^`[^`\n]*`?|^\$./.exec(rest)?.[0] ?? rest;
  }

  /** `$'…'` (POSIX.1-2024 2.2.4). */
  #escaped(pieces: string[], command: Command): void {
    const open = this.#at;
    this.#at += 2;
    const from = this.#at;
    while (this.#at < this.#text.length && this.#text[this.#at] !== "'")
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    this.#at = Math.min(this.#at, this.#text.length);
    pieces.push(decodeEscaped(unescaped(this.#text.slice(from, this.#at), true)));
    this.#close("'", open, command);
  }
}

const letters: Readonly<Partial<Record<string, number>>> = {
  ...{ a: 7, b: 8, e: 27, E: 27, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, "'": 39, '"': 34, '?': 63 },
};

/** The bytes of a text with the escapes of `$'…'`, of printf(1) and, as many systems have it, of `echo -e`. */
export function unescaped(text: string, isQuoted = false): Uint8Array<ArrayBuffer> {
  const source = encodeEscaped(text);
  if (!text.includes('\\')) return source;
  const out = new Uint8Array(source.length + 4);
  let size = 0;
  const form =
    /\\(?:x([0-9a-fA-F]{1,2})|0?([0-7]{1,3})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c([^])|([^]))/uy;
  for (let at = 0; at < text.length;) {
    const end = text[at] === '\\' ? at : endOfPlain(text, at);
    if (end > at) {
      const own = encodeEscaped(text.slice(at, end));
      out.set(own, size);
      size += own.length;
      at = end;
      continue;
    }
    form.lastIndex = at;
    const found = form.exec(text);
    const [all = '\\', hex, octal, short, long, control, letter] = found ?? [];
    const code = short ?? long;
    if (hex !== undefined) out[size++] = parseInt(hex, 16);
    else if (octal !== undefined) out[size++] = parseInt(octal, 8) & 0xff;
    else if (code !== undefined) {
      const point = parseInt(code, 16);
      const isValid = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
      size = encodeUtf8At(out, size, isValid ? point : 0xfffd);
    } else if (control !== undefined && isQuoted) out[size++] = control.charCodeAt(0) & 31;
    else {
      const own = letters[letter ?? ''];
      if (own !== undefined) out[size++] = own;
      else {
        // What there is no escape of stands for itself.
        const kept = encodeEscaped(all);
        out.set(kept, size);
        size += kept.length;
      }
    }
    at += all.length;
  }
  return out.slice(0, size);
}

function endOfPlain(text: string, from: number): number {
  const next = text.indexOf('\\', from);
  return next < 0 ? text.length : next;
}
