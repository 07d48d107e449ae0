/** Arguments as they were given: Node decodes them, and what is no UTF-8 becomes U+FFFD without a word. */
import { readFileSync } from 'node:fs';
import { escapeText } from '../../shared/payload/format.ts';
import { texts } from '../../shared/texts/index.ts';

const replacement = '\ufffd';
const strict = new TextDecoder('utf-8', { fatal: true });

/**
 * Why `args`, the last arguments of this process, cannot be taken; null when they are what was given. A U+FFFD that was
 * typed is told from lost bytes by /proc/self/cmdline (proc(5)); where that is not to be had, both are refused.
 */
export function argumentProblem(args: readonly string[], given = givenArguments()): string | null {
  const { noUtf8, maybeNoUtf8 } = texts.commandLine.problems;
  for (const [index, arg] of args.entries()) {
    if (!arg.includes(replacement)) continue;
    const bytes = given?.at(index - args.length);
    if (bytes === undefined) return maybeNoUtf8(arg);
    if (!isUtf8(bytes)) return noUtf8(escapeText(bytes));
  }
  return null;
}

/** Null where the system does not tell. */
function givenArguments(): Uint8Array[] | null {
  let all: Uint8Array;
  try {
    all = readFileSync('/proc/self/cmdline');
  } catch {
    // Not Linux, or no /proc in this container.
    return null;
  }
  const parts: Uint8Array[] = [];
  for (let at = 0; at < all.length;) {
    const end = all.indexOf(0, at);
    parts.push(all.subarray(at, end < 0 ? all.length : end));
    at = end < 0 ? all.length : end + 1;
  }
  return parts;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    // Bytes that Node could only replace.
    return false;
  }
}
