/** What a filter asks of the tree that a decoder makes of a payload: `decoded:GET`, `decoded:unit=3`, `decoded:quantity>=10`. */
import type { Decoded } from '../decoding/decoded.ts';
import { rowsOf, type DecodedRow } from '../decoding/rows.ts';
import { isIn } from './comparing.ts';
import type { Comparison } from './language.ts';
import type { FilterOperator } from './operator.ts';
import { textMatcher } from './text-matcher.ts';

type Passes = (decoded: Decoded) => boolean;

/** A field, how it is compared, and with what. */
const fieldPattern = /^([^=<>~]+?)\s*([<>]=?|[=~])\s*(.*)$/su;
const numberPattern = /^-?\d{1,15}(?:\.\d{1,15})?$/u;

/** A payload passes by what one decoder says of it: in its summary or any value, or in the fields of one name. */
export const decodedOperator: FilterOperator = {
  key: 'decoded',
  reads: 'content',
  read: ({ text, flags }, comparison) => {
    if (comparison !== ':') return { code: 'filter-no-comparison' };
    const [, field, sign, wanted] = (flags === null && fieldPattern.exec(text)) || [];
    const passes = field === undefined ? anywhere(text, flags) : inField(field, sign!, wanted!);
    if (typeof passes === 'string') return { code: 'filter-expression', message: passes };
    return passes === null ? { code: 'filter-not-a-number' } : (subject) => subject.someDecoded(passes);
  },
};

/** Or what is wrong with the expression. */
function anywhere(text: string, flags: string | null): Passes | string {
  try {
    const { text: matches } = textMatcher(text, flags);
    return (decoded) => matches(decoded.summary) || someRow(decoded, ({ node }) => matches(saidBy(node)));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Null where something is compared that is no number. */
function inField(field: string, sign: string, wanted: string): Passes | null {
  const isWanted = valueTest(sign, wanted);
  if (isWanted === null) return null;
  const name = field.trim().toLowerCase();
  return (decoded) =>
    someRow(
      decoded,
      (row) => isNamed(row, name) && row.node.value !== undefined && isWanted(saidBy(row.node).toLowerCase()),
    );
}

function valueTest(sign: string, wanted: string): ((value: string) => boolean) | null {
  const text = wanted.toLowerCase();
  if (sign === '~') return (value) => value.includes(text);
  const bounds = sign === '=' ? text.split('..') : [text];
  if (bounds.length > 2 || !bounds.every((bound) => numberPattern.test(bound)))
    return sign === '=' ? (value) => value === text : null;
  const [first, last = first] = bounds.map(Number) as [number, number?];
  const isWithin = isIn((sign === '=' ? ':' : sign) as Comparison, first, last);
  return (value) => numberPattern.test(value) && isWithin(Number(value));
}

function someRow({ root }: Decoded, passes: (row: DecodedRow) => boolean): boolean {
  for (const row of rowsOf(root, none)) if (passes(row)) return true;
  return false;
}

/** By its own name, or with those that it stands in: `host`, `headers.host`. */
function isNamed(row: DecodedRow, wanted: string): boolean {
  let path = String(row.node.name).toLowerCase();
  if (path === wanted) return true;
  if (!wanted.endsWith(path)) return false;
  for (let outer = row.parent; outer !== null && path.length < wanted.length; outer = outer.parent)
    path = `${String(outer.node.name).toLowerCase()}.${path}`;
  return path === wanted;
}

const saidBy = ({ value }: DecodedRow['node']): string => (value === undefined ? '' : String(value));
const none = new Uint8Array(0);
