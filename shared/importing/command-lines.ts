/** Command lines of programs that connect and listen. Nothing is run, read or expanded. */
import { encodeEscaped } from '../payload/escaped-utf8.ts';
import { joinBytes } from '../payload/join.ts';
import { mostSavedBytes } from '../saved-messages.ts';
import type { Finds } from './brought.ts';
import { curl } from './commands/curl.ts';
import { nc, ncat } from './commands/netcat.ts';
import { openssl } from './commands/openssl.ts';
import type { Program } from './commands/program.ts';
import { socat } from './commands/socat.ts';
import { readCommands, unescaped, type Command, type Stage, type Word } from './shell-words.ts';

const programs: Readonly<Partial<Record<string, Program>>> = { curl, ncat, nc, netcat: nc, socat, openssl };
const mostCommands = 2_000;
/** Of one: systems take less, and what it sends could be kept no more. */
const mostCharacters = mostSavedBytes;
/** Of all: each is read by rules that cost more than its bytes. */
const mostCharactersInAll = 2 * mostCharacters;

const looked = 64 * 1024;
const known = '(?:curl|ncat|nc|netcat|socat|openssl)(?:\\.exe)?';
const first = new RegExp(`^\\s*(?:#[^\\n]*\\n\\s*)*(?:\\$ )?(?:[\\w./-]*/)?${known}[ \\t\\\\]`);
const piped = new RegExp(
  `^[ \\t]*(?:\\$ )?(?:printf|echo)[ \\t][^\\n]*\\|[ \\t]*(?:[\\w./-]*/)?${known}[ \\t]`,
  'm',
);
export const looksLikeCommands = (text: string): boolean =>
  first.test(text.slice(0, looked)) || piped.test(text.slice(0, looked));

export function readCommandLines(text: string, finds: Finds): void {
  let count = 0;
  for (const command of readCommands(text)) {
    if (finds.isFull || ++count > mostCommands || command.at > mostCharactersInAll)
      return finds.refuse('too-many', command.at);
    takeCommand(command, finds);
  }
}

function takeCommand({ at, end, stages, problem, aside }: Command, finds: Finds): void {
  if (end - at > mostCharacters) return finds.refuse('command-too-long', at);
  if (problem !== null) return finds.refuse(problem.code, problem.at, problem.what);
  for (const { code, at: place, what } of aside) finds.refuse(code, place, what);
  const bare = stages.map((stage) => withoutVariables(stage, finds));
  const index = bare.findIndex(([word]) => word !== undefined && programOf(word) !== undefined);
  const stage = bare[index];
  if (stage === undefined) return finds.refuse('program-unknown', bare[0]?.[0]?.at ?? at, bare[0]?.[0]?.text);
  const input = index === 0 ? null : inputOf(bare.slice(0, index), finds);
  const [name, ...words] = stage;
  programOf(name!)!({ words, at: name!.at, input, finds });
}

/** Without its folder. */
const programOf = ({ text }: Word): Program | undefined => {
  const name = text.replace(/^.*[/\\]/s, '').replace(/\.exe$/i, '');
  return Object.hasOwn(programs, name) ? programs[name] : undefined;
};

function withoutVariables(stage: Stage, finds: Finds): Stage {
  let from = 0;
  for (; /^[A-Za-z_]\w*=/.test(stage[from]?.text ?? ''); from++)
    finds.refuse('shell-variable', stage[from]!.at, stage[from]!.text);
  return stage.slice(from);
}

/** What `printf` or `echo` would print; null for what only a run could tell. */
function inputOf(stages: readonly Stage[], finds: Finds): Uint8Array | null {
  const [name, ...words] = stages[0] ?? [];
  const texts = words.map(({ text }) => text);
  const printed =
    stages.length > 1
      ? null
      : name?.text === 'printf'
        ? printf(texts)
        : name?.text === 'echo'
          ? echo(texts)
          : null;
  if (printed === null) finds.refuse('program-input', name?.at ?? null, name?.text);
  return printed;
}

const mostConversions = 10_000;
function echo(words: readonly string[]): Uint8Array {
  let from = 0;
  let [isEscaped, hasEnd] = [false, true];
  for (; /^-[neE]+$/.test(words[from] ?? ''); from++)
    for (const letter of words[from]!.slice(1)) {
      if (letter === 'n') hasEnd = false;
      else isEscaped = letter === 'e';
    }
  const text = words.slice(from).join(' ');
  return joinBytes([isEscaped ? unescaped(text) : encodeEscaped(text), encodeEscaped(hasEnd ? '\n' : '')]);
}

/** Null for conversions of numbers, for more of others than anybody writes, and for a format that is used several times. */
function printf([form, ...values]: readonly string[]): Uint8Array | null {
  if (form === undefined || form.split('%', mostConversions + 1).length > mostConversions) return null;
  const left = [...values];
  const pieces = form.split(/(%[sb%])/).map((piece, at) => {
    if (at % 2 === 0) return piece.includes('%') ? null : unescaped(piece);
    if (piece === '%%') return encodeEscaped('%');
    const own = left.shift() ?? '';
    return piece === '%b' ? unescaped(own) : encodeEscaped(own);
  });
  return left.length > 0 || pieces.includes(null)
    ? null
    : joinBytes(pieces.filter((piece) => piece !== null));
}
