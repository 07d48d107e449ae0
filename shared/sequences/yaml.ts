/**
 * Sequences as YAML 1.2 files, `*.socketscope.yaml`. Every scalar is text, whatever it looks like; aliases, tags and unknown
 * keys are refused, so that a file means what it says.
 */
import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  visit,
  type Node,
  type YAMLMap,
} from 'yaml';
import type { EndKind } from '../domain.ts';
import { encodingNamed } from '../encodings/names.ts';
import { nearest } from '../nearest.ts';
import { notations, type LineEnd, type Notation, type WrittenMessage } from '../payload/payload.ts';
import { isWrapped, noWrap, parseWrap, wrapKeys, type Wrap } from '../payload/wrap.ts';
import { parseDuration, writeDuration } from './duration.ts';
import {
  isValueName,
  mostDepth,
  mostMs,
  mostSteps,
  mostTimes,
  peerEnds,
  problemsOf,
  usualOnFailure,
  usualWithinMs,
  type OnFailure,
  type PeerEnd,
  type Sequence,
  type SequenceCode,
  type SetValue,
  type Step,
  type StepProblem,
  type TalkStep,
} from './sequence.ts';

const version = '1';
/** Characters; it takes about half a second. */
export const mostYaml = 524_288;

export type FileCode =
  | SequenceCode
  | 'file-too-long'
  | 'not-yaml'
  | 'not-a-map'
  | 'not-a-list'
  | 'not-text'
  | 'unknown-key'
  | 'key-twice'
  | 'version'
  | 'no-steps'
  | 'no-action'
  | 'two-actions'
  | 'duration'
  | 'choice'
  | 'times'
  | 'on-failure'
  | 'wrap'
  | 'too-deep'
  | 'alias'
  /** A warning: a backslash that YAML itself reads. */
  | 'escape-in-double-quotes';
/** Line and column count from 1. `choices`: what may be meant. `of`: what the reader of that text says. */
export type FileProblem = {
  line: number;
  column: number;
  code: FileCode;
  found: string;
  choices: readonly string[];
  of: StepProblem['of'];
};
export type FileReading =
  { ok: true; sequence: Sequence; warnings: FileProblem[] } | { ok: false; problems: FileProblem[] };

const mostProblems = 20;
const rootKeys = ['version', 'name', 'values', 'steps'] as const;
const actions = ['send', 'message', 'expect', 'wait', 'loop', 'end', 'peer-ends', 'stop'] as const;
const howKeys = ['as', 'encoding', 'line-end', 'wrap'] as const;
const talkKeys = [...howKeys, 'within', 'set'] as const;
const stepKeys = ['name', 'on-failure', ...actions, ...talkKeys, 'steps'] as const;
const ends: readonly EndKind[] = ['finish', 'close', 'reset'];
const lineEnds: readonly LineEnd[] = ['none', 'lf', 'cr', 'crlf'];

class Refused extends Error {}
type Entry = { key: string; value: Node | null; at: number };

/** Never throws. Takes at most about half a second. */
export function readSequence(text: string): FileReading {
  const reader = new Reader(text);
  try {
    const sequence = reader.read();
    if (sequence !== null && reader.problems.length === 0)
      return { ok: true, sequence, warnings: reader.warnings };
  } catch (error) {
    // Brackets within brackets: the library goes down as deep as they do.
    if (!(error instanceof Refused)) reader.refuse(0, 'too-deep');
  }
  return { ok: false, problems: reader.problems };
}

class Reader {
  readonly problems: FileProblem[] = [];
  readonly warnings: FileProblem[] = [];
  readonly #text: string;
  readonly #lines = new LineCounter();
  /** Where each part of a step stands, by its path. */
  readonly #places = new Map<string, Node>();

  constructor(text: string) {
    this.#text = text;
  }

  refuse(at: number, code: FileCode, more: Partial<FileProblem> = {}): void {
    if (this.problems.length < mostProblems) this.problems.push(this.#problem(at, code, more));
  }

  read(): Sequence | null {
    if (this.#text.length > mostYaml) {
      this.refuse(0, 'file-too-long');
      return null;
    }
    const document = parseDocument(this.#text, {
      ...{ lineCounter: this.#lines, schema: 'failsafe', prettyErrors: false },
      // The library compares each key with each other.
      uniqueKeys: false,
    });
    for (const { pos, message } of document.errors) this.refuse(pos[0], 'not-yaml', { found: message });
    if (this.problems.length > 0) return null;
    visit(document, {
      Node: (_, node) => {
        if (isAlias(node) || node.anchor !== undefined || node.tag !== undefined)
          this.refuse(startOf(node), 'alias');
      },
    });
    if (this.problems.length > 0) return null;
    const root = this.#entries(document.contents, 0, rootKeys);
    if (this.#choice(root.get('version'), [version], 'version') === null && !root.has('version'))
      this.refuse(0, 'version', { choices: [version] });
    const steps = root.get('steps');
    if (steps === undefined) this.refuse(0, 'no-steps');
    const sequence = {
      name: this.#string(root.get('name')) ?? '',
      values: this.#values(root.get('values')),
      steps: steps === undefined ? [] : this.#steps(steps, []),
    };
    if (this.problems.length === 0) this.#check(sequence);
    return sequence;
  }

  #check(sequence: Sequence): void {
    for (const { path, part, code, start, of } of problemsOf(sequence, true)) {
      const node = this.#places.get(`${path.join()} ${part}`) ?? this.#places.get(`${path.join()} step`);
      const at = node === undefined ? 0 : startOf(node) + this.#within(node, start);
      this.refuse(at, code, { of });
    }
  }

  /** Of a place in the text of a scalar, where it is written as it is. */
  #within(node: Node, place: number): number {
    if (!isScalar(node) || !node.range || typeof node.value !== 'string') return 0;
    const quoted = node.type === Scalar.QUOTE_SINGLE || node.type === Scalar.QUOTE_DOUBLE ? 1 : 0;
    const isPlain = node.range[1] - node.range[0] === node.value.length + 2 * quoted;
    return isPlain ? quoted + place : 0;
  }

  #problem(at: number, code: FileCode, more: Partial<FileProblem>): FileProblem {
    const { line, col } = this.#lines.linePos(at);
    return {
      line: Math.max(1, line),
      column: Math.max(1, col),
      code,
      found: '',
      choices: [],
      of: null,
      ...more,
    };
  }

  #entries(node: Node | null | undefined, at: number, keys: readonly string[]): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    if (!isMap(node)) {
      this.refuse(node ? startOf(node) : at, 'not-a-map');
      throw new Refused();
    }
    for (const { key: written, value } of (node as YAMLMap<Node, Node | null>).items) {
      const at = startOf(written);
      const key = isScalar(written) ? String(written.value) : '';
      if (keys.length > 0 && !keys.includes(key)) {
        const near = nearest(key, [...keys]);
        this.refuse(at, 'unknown-key', { found: key, choices: near === null ? keys : [near] });
      } else if (entries.has(key)) this.refuse(at, 'key-twice', { found: key });
      else entries.set(key, { key, value, at });
    }
    return entries;
  }

  #list({ value, at }: Entry): (Node | null)[] {
    if (isSeq(value)) return value.items as (Node | null)[];
    this.refuse(value === null ? at : startOf(value), 'not-a-list');
    return [];
  }

  /** Null where there is none, or it is none. */
  #string(entry: Entry | undefined): string | null {
    if (entry === undefined) return null;
    const { value, at } = entry;
    if (value === null) return '';
    if (!isScalar(value)) {
      this.refuse(startOf(value) || at, 'not-text');
      return null;
    }
    if (value.type === Scalar.QUOTE_DOUBLE && value.range && this.#source(value).includes('\\'))
      this.warnings.push(this.#problem(startOf(value), 'escape-in-double-quotes', {}));
    return String(value.value ?? '');
  }

  #source(node: Node): string {
    const [start, end] = node.range!;
    return this.#text.slice(start, end);
  }

  #choice<T extends string>(
    entry: Entry | undefined,
    choices: readonly T[],
    code: FileCode = 'choice',
  ): T | null {
    const text = this.#string(entry);
    if (text === null) return null;
    if ((choices as readonly string[]).includes(text)) return text as T;
    const near = nearest(text, [...choices]);
    this.refuse(placeOf(entry!), code, { found: text, choices: near === null ? choices : [near] });
    return null;
  }

  #duration(entry: Entry | undefined): number | null {
    const text = this.#string(entry);
    if (text === null) return null;
    const ms = parseDuration(text);
    if (ms !== null && ms <= mostMs) return ms;
    this.refuse(placeOf(entry!), 'duration', { found: text });
    return null;
  }

  #values(entry: Entry | undefined): Sequence['values'] {
    if (entry === undefined) return [];
    const values = this.#entries(entry.value, entry.at, []);
    return [...values.values()].map((each) => {
      if (!isValueName(each.key)) this.refuse(each.at, 'bad-name', { found: each.key });
      return { name: each.key, text: this.#string(each) ?? '' };
    });
  }

  #steps(entry: Entry, way: readonly number[]): Step[] {
    if (way.length > mostDepth) {
      this.refuse(entry.at, 'too-deep');
      throw new Refused();
    }
    const items = this.#list(entry);
    if (items.length > mostSteps) {
      this.refuse(entry.at, 'too-many-steps');
      throw new Refused();
    }
    return items.flatMap((node, at) => this.#step(node, entry.at, [...way, at]) ?? []);
  }

  #step(node: Node | null, at: number, path: readonly number[]): Step | null {
    const start = node === null ? at : startOf(node);
    const before = this.problems.length;
    const entries = this.#entries(node, at, stepKeys);
    const place = (part: StepProblem['part'], of: Node | null | undefined): void =>
      void (of && this.#places.set(`${path.join()} ${part}`, of));
    place('step', node);
    place('send', entries.get('send')?.value);
    place('expect', entries.get('expect')?.value);
    place('set', entries.get('set')?.value);
    const present = actions.filter((key) => entries.has(key));
    const talks: readonly string[] = [entries.has('message') ? 'message' : 'send', 'expect'];
    const isTalk = present.every((key) => talks.includes(key));
    const named = {
      name: this.#string(entries.get('name')) ?? '',
      onFailure: this.#onFailure(entries.get('on-failure')),
    };
    const isKnown = this.problems.length === before;
    if (present.length === 0 && isKnown) this.refuse(start, 'no-action', { choices: actions });
    else if (present.length > 1 && !isTalk) this.refuse(start, 'two-actions', { choices: present });
    const [action] = present;
    const taken: readonly string[] = isTalk
      ? entries.has('message')
        ? ['within', 'set']
        : talkKeys
      : action === 'loop'
        ? ['steps']
        : action === 'peer-ends'
          ? ['within']
          : [];
    for (const { key, at: where } of entries.values())
      if (([...talkKeys, 'steps'] as string[]).includes(key) && !taken.includes(key) && present.length > 0)
        this.refuse(where, 'unknown-key', { found: key, choices: taken });
    if (this.problems.length > 0 && (present.length === 0 || (present.length > 1 && !isTalk))) return null;
    const withinMs = this.#duration(entries.get('within')) ?? usualWithinMs;
    switch (action) {
      case 'wait':
        return { ...named, kind: 'wait', ms: this.#duration(entries.get('wait')) ?? 0 };
      case 'loop': {
        const inner = entries.get('steps');
        if (inner === undefined) this.refuse(start, 'no-steps');
        const times = this.#times(entries.get('loop'));
        return { ...named, kind: 'loop', times, steps: inner === undefined ? [] : this.#steps(inner, path) };
      }
      case 'end':
        return { ...named, kind: 'end', how: this.#choice(entries.get('end'), ends) ?? 'close' };
      case 'peer-ends': {
        const how = this.#choice<PeerEnd>(entries.get('peer-ends'), peerEnds) ?? 'any';
        return { ...named, kind: 'peer-ends', how, withinMs };
      }
      case 'stop':
        return { ...named, kind: 'stop' };
      default: {
        const expect = this.#string(entries.get('expect')) ?? '';
        return {
          ...named,
          ...{ kind: 'talk', send: this.#message(entries), expect, withinMs },
          set: this.#set(entries.get('set')),
        };
      }
    }
  }

  #message(entries: ReadonlyMap<string, Entry>): TalkStep['send'] {
    const name = this.#string(entries.get('message'));
    if (name !== null) return { message: null, name };
    const text = this.#string(entries.get('send'));
    const mode = this.#choice<Notation>(entries.get('as'), notations) ?? 'text';
    const lineEnd = this.#choice<LineEnd>(entries.get('line-end'), lineEnds) ?? 'none';
    const written = this.#string(entries.get('encoding'));
    const encoding = written === null ? 'utf-8' : encodingNamed(written);
    if (encoding === null) this.refuse(placeOf(entries.get('encoding')!), 'choice', { found: written! });
    const wrap = this.#wrap(entries.get('wrap'));
    if (text === null) return null;
    return {
      ...{ mode, text, lineEnd },
      ...(encoding === null || encoding === 'utf-8' ? {} : { encoding }),
      ...(isWrapped(wrap) ? { wrap } : {}),
    };
  }

  #wrap(entry: Entry | undefined): Wrap {
    const text = this.#string(entry);
    if (text === null || text === '') return noWrap;
    const read = parseWrap(text);
    if (read.ok) return read.wrap;
    this.refuse(placeOf(entry!), 'wrap', { found: text.slice(read.start, read.end), choices: read.choices });
    return noWrap;
  }

  #set(entry: Entry | undefined): SetValue[] {
    if (entry === undefined) return [];
    const values = this.#entries(entry.value, entry.at, []);
    return [...values.values()].map((each) => {
      if (!isValueName(each.key)) this.refuse(each.at, 'bad-name', { found: each.key });
      return { name: each.key, pattern: this.#string(each) ?? '' };
    });
  }

  #times(entry: Entry | undefined): number | null {
    const text = this.#string(entry) ?? '';
    if (text === 'forever') return null;
    if (/^\d{1,10}$/.test(text) && Number(text) <= mostTimes) return Number(text);
    this.refuse(placeOf(entry!), 'times', { found: text });
    return null;
  }

  #onFailure(entry: Entry | undefined): OnFailure {
    const text = this.#string(entry);
    if (text === null) return usualOnFailure;
    const [, again, then] = /^(?:(\d{1,9}) again(?:$|, then (?=\S)))?(stop|go on)?$/.exec(text) ?? [];
    if (again === undefined && then === undefined) {
      this.refuse(placeOf(entry!), 'on-failure', { found: text });
      return usualOnFailure;
    }
    return { then: then === 'go on' ? 'go-on' : 'stop', again: Number(again ?? 0) };
  }
}

const startOf = (node: Node): number => node.range?.[0] ?? 0;
const placeOf = ({ value, at }: Entry): number => (value === null ? at : startOf(value));

/** What `readSequence` reads as the same. */
export function writeSequence({ name, values, steps }: Sequence): string {
  const document = new Document({
    version: Number(version),
    ...(name === '' ? {} : { name: written(name) }),
    ...(values.length === 0
      ? {}
      : { values: Object.fromEntries(values.map((each) => [each.name, written(each.text)])) }),
    steps: steps.map(stepOf),
  });
  return document.toString({ lineWidth: 0, defaultStringType: Scalar.PLAIN, singleQuote: true });
}

/** In single quotes a backslash is one; lines stand below each other. */
function written(text: string): Scalar<string> {
  const scalar = new Scalar(text);
  const [first, ...rest] = text.split('\n');
  // Blanks in front of a line, or in one alone, would be taken for the indent.
  const isBlock = first !== '' && rest.length > 0 && [first!, ...rest].every((line) => !/^\s/.test(line));
  scalar.type = isBlock ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_SINGLE;
  return scalar;
}

function stepOf(step: Step): Record<string, unknown> {
  return {
    ...(step.name === '' ? {} : { name: written(step.name) }),
    ...whatOf(step),
    ...(step.onFailure.then === 'stop' && step.onFailure.again === 0
      ? {}
      : { 'on-failure': writeOnFailure(step.onFailure) }),
  };
}

export function writeOnFailure({ then, again }: OnFailure): string {
  const last = then === 'stop' ? 'stop' : 'go on';
  return again === 0 ? last : `${again} again, then ${last}`;
}

function whatOf(step: Step): Record<string, unknown> {
  switch (step.kind) {
    case 'talk':
      return {
        ...(step.send === null ? {} : messageOf(step.send)),
        ...(step.expect === '' && step.send !== null ? {} : { expect: written(step.expect) }),
        ...(step.withinMs === usualWithinMs ? {} : { within: writeDuration(step.withinMs) }),
        ...(step.set.length === 0
          ? {}
          : { set: Object.fromEntries(step.set.map(({ name, pattern }) => [name, written(pattern)])) }),
      };
    case 'wait':
      return { wait: writeDuration(step.ms) };
    case 'loop':
      return { loop: step.times ?? 'forever', steps: step.steps.map(stepOf) };
    case 'end':
      return { end: step.how };
    case 'peer-ends':
      return {
        'peer-ends': step.how,
        ...(step.withinMs === usualWithinMs ? {} : { within: writeDuration(step.withinMs) }),
      };
    case 'stop':
      return { stop: 'here' };
  }
}

const messageOf = (send: NonNullable<TalkStep['send']>): Record<string, unknown> =>
  'message' in send ? { message: written(send.name) } : writtenOf(send);

const writtenOf = ({ mode, text, encoding, lineEnd, wrap }: WrittenMessage): Record<string, unknown> => ({
  send: written(text),
  ...(mode === 'text' ? {} : { as: mode }),
  ...(encoding === undefined ? {} : { encoding }),
  ...(lineEnd === 'none' ? {} : { 'line-end': lineEnd }),
  ...(wrap === undefined || !isWrapped(wrap) ? {} : { wrap: written(writeWrap(wrap)) }),
});

/** A comma within a text is an escape there. */
const writeWrap = (wrap: Wrap): string =>
  wrapKeys
    .filter((key) => wrap[key] !== noWrap[key])
    .map((key) => `${key}=${wrap[key].replaceAll(',', '\\x2C')}`)
    .join(',');
