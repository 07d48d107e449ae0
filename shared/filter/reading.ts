/** Reads a filter by a table of keys: what it looks at, and whether a record passes. The language is in `language.ts`. */
import { problemIn, type Problem } from '../problem.ts';
import { parseFilter, type FilterFormCode, type FilterTerm, type FilterTree } from './language.ts';
import { nearest } from '../nearest.ts';
import type {
  FilterOperator,
  FilterSubject,
  FilterTest,
  FilterValueCode,
  FilterValueProblem,
  Verdict,
} from './operator.ts';

/**
 * `reads`: whether kind and connection are enough to tell. `asksAnnotation`: what a person said of records counts. `isCostly`: it holds an expression, and bytes made for it can
 * keep that busy for ages: bound the time of whatever it is given to look at.
 */
export type ReadFilter = {
  reads: 'nothing' | 'index' | 'content';
  asksAnnotation: boolean;
  isCostly: boolean;
  test: FilterTest;
};
export type FilterProblem = Problem<FilterFormCode | FilterValueCode | 'filter-unknown-key'> & {
  /** Of an unknown key: the one that may be meant. Of an unknown word: those that there are. */
  choices: readonly string[];
  /** What the reader of regular expressions says; '' for the rest. */
  message: string;
};
export type FilterReading = { ok: true; filter: ReadFilter } | { ok: false; problem: FilterProblem };

class FilterError extends Error {
  readonly problem: Omit<FilterProblem, 'character'>;

  constructor(problem: Pick<FilterProblem, 'start' | 'end' | 'code'> & Partial<FilterProblem>) {
    super(problem.code);
    this.problem = { choices: [], message: '', ...problem };
  }
}

/** The form of a filter with the keys that there are: whether its values can be read, `readFilter` says. */
export const formBy = (operators: readonly FilterOperator[], text: string) =>
  parseFilter(text, (key) => operators.find((operator) => operator.key === key)?.continues ?? null);

/**
 * Reads a filter of at most a few thousand characters. What it says of a record is linear in the record's length but for
 * regular expressions: whether those end in useful time is for their runner to bound.
 */
export function readBy(operators: readonly FilterOperator[], text: string): FilterReading {
  const table = new Map(operators.map((operator) => [operator.key, operator]));
  try {
    const parsed = formBy(operators, text);
    if (!parsed.ok) throw new FilterError(parsed.problem);
    if (parsed.tree === null) return { ok: true, filter: everything };
    return { ok: true, filter: compile(parsed.tree, table) };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const { start, end, code } = error.problem;
    return { ok: false, problem: { ...error.problem, ...problemIn(text, start, end, code) } };
  }
}

const everything: ReadFilter = {
  reads: 'nothing',
  asksAnnotation: false,
  isCostly: false,
  test: () => true,
};

type Table = ReadonlyMap<string, FilterOperator>;

function compile(tree: FilterTree, table: Table): ReadFilter {
  switch (tree.type) {
    case 'term':
      return compileTerm(tree, table);
    case 'not': {
      const { test, ...rest } = compile(tree.part, table);
      return { ...rest, test: (subject) => not(test(subject)) };
    }
    case 'and':
    case 'or': {
      // What costs nothing is asked first.
      const parts = tree.parts
        .map((part) => compile(part, table))
        .toSorted((one, other) => Number(one.reads === 'content') - Number(other.reads === 'content'));
      const tests = parts.map(({ test }) => test);
      const isCostly = parts.some((part) => part.isCostly);
      const asksAnnotation = parts.some((part) => part.asksAnnotation);
      return {
        reads: parts.at(-1)!.reads,
        asksAnnotation,
        isCostly,
        test: untilOneSays(tree.type === 'or', tests),
      };
    }
  }
}

const not = (verdict: Verdict): Verdict =>
  typeof verdict === 'boolean' ? !verdict : verdict.then((passes) => !passes);

/** `decisive` as soon as one test says so, in their order; else its opposite. */
function untilOneSays(decisive: boolean, tests: readonly FilterTest[]): FilterTest {
  const from = (first: number, subject: FilterSubject): Verdict => {
    for (let i = first; i < tests.length; i++) {
      const verdict = tests[i]!(subject);
      if (verdict === decisive) return decisive;
      if (typeof verdict !== 'boolean')
        return verdict.then((passes) => (passes === decisive ? decisive : from(i + 1, subject)));
    }
    return !decisive;
  };
  return tests.length === 1 ? tests[0]! : (subject) => from(0, subject);
}

/** One of its values is enough. */
function compileTerm({ key, comparison, values, start }: FilterTerm, table: Table): ReadFilter {
  const operator = table.get(key);
  if (operator === undefined) {
    const near = nearest(key, [...table.keys()]);
    const choices = near === null ? [...table.keys()].filter((each) => each !== '') : [near];
    throw new FilterError({ start, end: start + key.length, code: 'filter-unknown-key', choices });
  }
  const tests = values.map((value) => {
    const read: FilterTest | FilterValueProblem = operator.read(value, comparison);
    if (typeof read === 'function') return read;
    const from = value.start + (value.isQuoted ? 1 : 0);
    const at = read.end === undefined ? value : { start: from + (read.start ?? 0), end: from + read.end };
    throw new FilterError({ ...read, start: at.start, end: at.end });
  });
  const isCostly = values.some(({ flags }) => flags !== null);
  const asksAnnotation = values.some(({ text }) => operator.asksAnnotation?.(text) ?? false);
  return { reads: operator.reads, asksAnnotation, isCostly, test: untilOneSays(true, tests) };
}
