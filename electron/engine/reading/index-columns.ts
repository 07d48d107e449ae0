/** What a filter asks of the index's columns, as loops over them: no object and no test of its own for each row. */
import { filterForm } from '../../../shared/filter/filter.ts';
import type { Comparison, FilterTerm, FilterTree } from '../../../shared/filter/language.ts';
import type { FilterSubject } from '../../../shared/filter/operator.ts';
import { filterOperators } from '../../../shared/filter/operators.ts';
import { isPayload, type RecordKind } from '../../../shared/records.ts';
import { parseSize } from '../../../shared/show/sizes.ts';
import { asTyped } from '../../../shared/typed.ts';
import { kindOf, type Entries } from '../capture/format.ts';
import { noStream } from '../capture/recorder.ts';
import { unread } from './filter-subject.ts';

/**
 * Leaves those of the first `count` of `rows` in it that pass, and returns how many. Rows are places in `entries`, which
 * are of one block at most, and rise; none is damaged.
 */
export type Select = (entries: Entries, rows: Uint32Array, count: number) => number;

/** For a filter that can be read. Null where it asks for more than columns. */
export function columnsOf(text: string): Select | null {
  const parsed = filterForm(text);
  if (!parsed.ok) return null;
  return parsed.tree === null ? (_entries, _rows, count) => count : compile(parsed.tree);
}

function compile(tree: FilterTree): Select | null {
  switch (tree.type) {
    case 'term':
      return ofTerm(tree);
    case 'not':
      return ofAll([compile(tree.part)], ([part]) => outside(part!));
    case 'and':
      return ofAll(tree.parts.map(compile), every);
    case 'or':
      return ofAll(tree.parts.map(compile), some);
  }
}

function ofAll(parts: readonly (Select | null)[], join: (parts: readonly Select[]) => Select): Select | null {
  const known = parts.filter((part) => part !== null);
  return known.length === parts.length ? join(known) : null;
}

const every =
  (parts: readonly Select[]): Select =>
  (entries, rows, count) =>
    parts.reduce((left, part) => part(entries, rows, left), count);

const some = (parts: readonly Select[]): Select =>
  parts.length === 1 ? parts[0]! : outside(every(parts.map(outside)));

function outside(part: Select): Select {
  return (entries, rows, count) => {
    const inside = rows.slice(0, count);
    const insideCount = part(entries, inside, count);
    let [left, at] = [0, 0];
    for (let i = 0; i < count; i++) {
      const row = rows[i]!;
      if (at < insideCount && inside[at] === row) at++;
      else rows[left++] = row;
    }
    return left;
  };
}

const kindKeys: ReadonlySet<string> = new Set(['dir', 'kind', 'is', 'tab']);

function ofTerm(term: FilterTerm): Select | null {
  if (kindKeys.has(term.key)) return ofKinds(term);
  if (term.key === 'size') {
    const sizes = bounds(term, parseSize).map(([from, below]) => byLength(from, below));
    return every([byKind((kind) => isPayload(kind)), some(sizes)]);
  }
  // The last number is of those that belong to none.
  if (term.key === 'conn')
    return some(bounds(term, Number).map(([from, below]) => byStream(from, Math.min(below, noStream))));
  return null;
}

function ofKinds({ key, values, comparison }: FilterTerm): Select | null {
  const { read, asksAnnotation } = filterOperators.find((operator) => operator.key === key)!;
  if (values.some(({ text }) => asksAnnotation?.(text))) return null;
  const tests = values.map((value) => read(value, comparison)).filter((test) => typeof test === 'function');
  return byKind((kind) => tests.some((test) => test({ ...ofNothing, kind }) === true));
}

const ofNothing: Omit<FilterSubject, 'kind'> = {
  ...{ connection: null, length: 0, time: 0, previous: null, frame: null },
  ...unread,
};

/** Of each value, of whole numbers. */
function bounds(
  { values, comparison }: FilterTerm,
  read: (text: string) => number | null,
): [from: number, below: number][] {
  return values.map(({ text }) => {
    const [first, last = first] = asTyped(text).split('..').map(read) as [number, number?];
    return boundsOf(comparison, first, last);
  });
}

function boundsOf(comparison: Comparison, first: number, last: number): [from: number, below: number] {
  switch (comparison) {
    case ':':
      return [first, last + 1];
    case '>':
      return [first + 1, Infinity];
    case '>=':
      return [first, Infinity];
    case '<':
      return [0, first];
    case '<=':
      return [0, first + 1];
  }
}

// Each has a loop of its own: one for all would call a function for each row.

function byKind(passes: (kind: RecordKind) => boolean): Select {
  const table = Uint8Array.from({ length: 256 }, (_, number) => Number(passes(kindOf(number))));
  return (entries, rows, count) => {
    let left = 0;
    for (let at = 0; at < count; at++) {
      const row = rows[at]!;
      rows[left] = row;
      left += table[entries.kind(row)]!;
    }
    return left;
  };
}

const byLength =
  (from: number, below: number): Select =>
  (entries, rows, count) => {
    let left = 0;
    for (let at = 0; at < count; at++) {
      const row = rows[at]!;
      const length = entries.length(row);
      if (length >= from && length < below) rows[left++] = row;
    }
    return left;
  };

const byStream =
  (from: number, below: number): Select =>
  (entries, rows, count) => {
    let left = 0;
    for (let at = 0; at < count; at++) {
      const row = rows[at]!;
      const stream = entries.stream(row);
      if (stream >= from && stream < below) rows[left++] = row;
    }
    return left;
  };
