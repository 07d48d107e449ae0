/** Places for what a regular expression found: `$1` to `$9`, `$<name>`, `$&`, and `$$` for a dollar. */
import { encodeEscaped } from './escaped-utf8.ts';
import type { FillContext } from './context.ts';
import type { Insert } from './parts.ts';

/** The groups of an expression. */
export type Groups = { count: number; names: readonly string[] };

/** The groups of a valid expression: the empty choice matches before the pattern is tried, which could take for ever. */
export function groupsOf(pattern: string): Groups {
  const probe = new RegExp(`|${pattern}`, 'u').exec('')!;
  return { count: probe.length - 1, names: Object.keys(probe.groups ?? {}) };
}

/** What the dollar at `at` names; null where the expression has no such group: then it stays as it is written. */
export function readReference(text: string, at: number, { count, names }: Groups): Insert | null {
  const reference = (source: string, group: number | string): Insert => ({
    ...{ source, start: at, end: at + source.length },
    ...{ isFixed: false, keeps: null, asksReceived: false, parts: [], sizes: [] },
    bytes: ({ context }) => context.group(group),
  });
  const sign = text[at + 1] ?? '';
  if (sign === '&') return reference('$&', 0);
  if (sign >= '1' && sign <= '9') return Number(sign) <= count ? reference(`$${sign}`, Number(sign)) : null;
  const name = sign === '<' ? names.find((each) => text.startsWith(`${each}>`, at + 2)) : undefined;
  return name === undefined ? null : reference(`$<${name}>`, name);
}

/** For what one match found in text that `encode` makes bytes again. Each group is encoded once, however often it is put in. */
export function foundBy(
  match: RegExpExecArray,
  encode: (text: string) => Uint8Array = encodeEscaped,
): Pick<FillContext, 'group'> {
  const encoded = new Map<number | string, Uint8Array>();
  return {
    group: (which) => {
      let bytes = encoded.get(which);
      if (bytes === undefined) {
        const text = typeof which === 'number' ? match[which] : match.groups?.[which];
        encoded.set(which, (bytes = encode(text ?? '')));
      }
      return bytes;
    },
  };
}
