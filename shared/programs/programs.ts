/** Conversations as programs. A language is a file and its line in the table; its name stands in the texts. */
import { bash } from './bash.ts';
import { c } from './c.ts';
import {
  endsInSilence,
  shellWaitSeconds,
  silenceSeconds,
  isSecured,
  type Conversation,
  type Lack,
} from './conversation.ts';
import { csharp } from './csharp.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import type { Language } from './language.ts';
import { ncat } from './ncat.ts';
import { node } from './node.ts';
import { openssl } from './openssl.ts';
import { python } from './python.ts';
import type { ProgramId } from './program-ids.ts';
import { socat } from './socat.ts';

export const languages: Readonly<Record<ProgramId, Language>> = {
  ...{ python, node, c, bash, ncat, socat, openssl, go, csharp, java },
};

/** More is no program to read, and no shell or compiler takes it well: files are what carries so much. */
export const mostProgramBytes = 64 * 1024;
export const mostProgramMessages = 1_000;

/** Why there is no program of a conversation in a language. */
export type Refusal =
  | { code: 'transport' | 'server'; transport: Conversation['transport'] }
  | { code: 'too-long'; length: number; most: number }
  | { code: 'too-many'; count: number; most: number };

/** What is said at the top of a program, in the language of whoever asked for it. */
export type ProgramWords = {
  opening: (conversation: Conversation) => string;
  run: (command: string) => string;
  ends: (seconds: number) => string;
  waits: (seconds: number) => string;
  certificate: string;
  makeCertificate: string;
  lacks: Readonly<Record<Lack, string>>;
};

export type Written = { ok: true; text: string; lacks: readonly Lack[] } | { ok: false; refusal: Refusal };

/**
 * The program, with what it cannot do said at its top and told in `lacks`, behind those that are `known` already. Never a
 * part of the bytes: what is too long is refused.
 */
export function programOf(
  id: ProgramId,
  conversation: Conversation,
  words: ProgramWords,
  known: readonly Lack[] = [],
): Written {
  const language = languages[id];
  const refusal = refusalOf(language, conversation);
  if (refusal !== null) return { ok: false, refusal };
  const lacks = [...new Set([...known, ...(language.lacks?.(conversation) ?? [])])];
  const sentences = [
    words.opening(conversation),
    words.run(language.run(fileNameOf(id))),
    ...ending(id, conversation, words),
    ...(conversation.role === 'server' && isSecured(conversation)
      ? [words.certificate, words.makeCertificate]
      : []),
    ...lacks.map((lack) => words.lacks[lack]),
  ];
  const head = sentences.flatMap((sentence) => wrapped(sentence, language.comment)).join('\n');
  return { ok: true, text: language.write(conversation, `${head}\n\n`), lacks };
}

/** What the commands that are told of call it. */
export const fileNameOf = (id: ProgramId): string =>
  `${id === 'java' ? 'Program' : 'program'}.${languages[id].extension}`;

/** Null where there is a program. */
export function refusalOf(language: Language, conversation: Conversation): Refusal | null {
  const { role, transport } = conversation;
  if (language[role].length === 0) return { code: 'server', transport };
  if (!language[role].includes(transport)) return { code: 'transport', transport };
  const { length, count } = sizeOf(conversation);
  if (count > mostProgramMessages) return { code: 'too-many', count, most: mostProgramMessages };
  return length > mostProgramBytes ? { code: 'too-long', length, most: mostProgramBytes } : null;
}

function sizeOf(conversation: Conversation): { length: number; count: number } {
  if (conversation.role === 'client') {
    const { messages } = conversation;
    return { length: messages.reduce((sum, { bytes }) => sum + bytes.length, 0), count: messages.length };
  }
  const { greeting, answer } = conversation;
  return { length: greeting.length + (answer instanceof Uint8Array ? answer.length : 0), count: 1 };
}

function ending(id: ProgramId, conversation: Conversation, words: ProgramWords): string[] {
  if (conversation.role === 'server') return [];
  if (id === 'bash' && !endsInSilence(conversation)) return [words.waits(shellWaitSeconds)];
  return endsInSilence(conversation) ? [words.ends(silenceSeconds)] : [];
}

const mostComment = 100;

/** Comments hold words of ours alone; what could end one, or go on in the next line, is no part of them all the same. */
function wrapped(sentence: string, comment: string): string[] {
  const lines: string[] = [];
  for (const one of sentence.replaceAll(/[\p{C}\p{Zl}\p{Zp}\\?]/gu, ' ').split(/ +/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + one.length >= mostComment) lines.push(`${comment} ${one}`);
    else lines[lines.length - 1] = `${last} ${one}`;
  }
  return lines;
}
