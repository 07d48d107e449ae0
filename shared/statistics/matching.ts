/** How replies find their requests, and numbers their datagrams: rules as they are written and kept. */
import type { DecodedNode } from '../decoding/decoded.ts';

/**
 * `next`: by the next record of the other direction. `frame`: message by message in their order. `decoded`: by the same
 * value of a field, `path` its name or several in each other. `pattern`: by the same text of its first group.
 */
export type MatchRule =
  | { by: 'none' }
  | { by: 'next' }
  | { by: 'frame' }
  | { by: 'decoded'; path: string }
  | { by: 'pattern'; pattern: string };

/** Where a number lies. `field`: in so many bytes. `pattern`: in decimal digits of its first group, which do not begin again. */
export type NumberRule =
  { by: 'field'; offset: number; size: 1 | 2 | 4; order: 'be' | 'le' } | { by: 'pattern'; pattern: string };

export const longestPattern = 1000;

/** Null where it is none. Flag `s`: a dot is any character, as in the filter. */
export function patternOf(pattern: string): RegExp | null {
  try {
    return pattern === '' || pattern.length > longestPattern ? null : new RegExp(pattern, 'su');
  } catch {
    // What is wrong with it, nobody can say in the words of the user.
    return null;
  }
}

/** `next`, `frame`, `none`, `decoded:PATH` or `pattern:RE`; null for anything else. */
export function parseMatch(written: string): MatchRule | null {
  if (written === 'none' || written === 'next' || written === 'frame') return { by: written };
  const [, by, rest = ''] = /^(decoded|pattern):(.+)$/s.exec(written) ?? [];
  if (by === 'decoded') return { by, path: rest };
  return by === 'pattern' && patternOf(rest) !== null ? { by, pattern: rest } : null;
}

/** As `parseMatch` reads it. */
export const writeMatch = (rule: MatchRule): string =>
  rule.by === 'decoded'
    ? `decoded:${rule.path}`
    : rule.by === 'pattern'
      ? `pattern:${rule.pattern}`
      : rule.by;

const longestOffset = 65_535;

/** `u8@0`, `u16be@4`, `u32le@0` or `pattern:RE`; null for anything else. */
export function parseNumbers(written: string): NumberRule | null {
  const pattern = /^pattern:(.+)$/s.exec(written)?.[1];
  if (pattern !== undefined) return patternOf(pattern) === null ? null : { by: 'pattern', pattern };
  const field = /^u(8|16|32)(be|le)?@(\d{1,5})$/.exec(written);
  if (field === null || Number(field[3]) > longestOffset) return null;
  if ((field[1] === '8') !== (field[2] === undefined)) return null;
  const size = (Number(field[1]) / 8) as 1 | 2 | 4;
  return { by: 'field', offset: Number(field[3]), size, order: field[2] === 'le' ? 'le' : 'be' };
}

/** As `parseNumbers` reads it. */
export function writeNumbers(rule: NumberRule): string {
  if (rule.by === 'pattern') return `pattern:${rule.pattern}`;
  return `u${rule.size * 8}${rule.size === 1 ? '' : rule.order}@${rule.offset}`;
}

/** After how many bits a rule's numbers begin at 0 again; null: never. One byte is too few to tell a loss from a new beginning. */
export const bitsOf = (rule: NumberRule): number | null => (rule.by === 'pattern' ? null : rule.size * 8);

/** Null where a datagram has no such number. */
export function numberIn(
  rule: NumberRule,
  bytes: Uint8Array,
  match: (pattern: string) => string | null,
): number | null {
  if (rule.by === 'pattern') {
    const digits = match(rule.pattern);
    return digits !== null && /^\d{1,15}$/.test(digits) ? Number(digits) : null;
  }
  const { offset, size, order } = rule;
  if (offset + size > bytes.length) return null;
  const own = [...bytes.subarray(offset, offset + size)];
  return (order === 'be' ? own : own.reverse()).reduce((number, byte) => number * 256 + byte, 0);
}

const mostLooked = 20_000;

/**
 * The value of the field whose names end with those of `path`, which points separate: the one that lies in the fewest
 * others, then the first. Null where there is none.
 */
export function fieldIn(root: DecodedNode, path: string): string | null {
  let level: { node: DecodedNode; path: string }[] = [{ node: root, path: '' }];
  const ending = `.${path}`;
  for (let looked = 0; level.length > 0 && looked < mostLooked;) {
    const next: typeof level = [];
    for (const above of level)
      for (const node of [...above.node.children, ...(above.node.layer?.root.children ?? [])]) {
        looked++;
        const own = `${above.path}.${node.name}`;
        if (own.endsWith(ending) && node.value !== undefined && node.value !== null)
          return String(node.value);
        if (node.children.length > 0 || node.layer !== null) next.push({ node, path: own });
      }
    level = next;
  }
  return null;
}
