/** What a call means: its function, its arguments, and the parts of the message that it asks for. */
import { encodeText, type Codec } from '../encodings/codec.ts';
import { nearest } from '../nearest.ts';
import type { Problem } from '../problem.ts';
import type { Argument, Call } from './call.ts';
import type { Parameter, PayloadFunction } from './functions/function.ts';
import { functionAliases, functionCalled, payloadFunctions } from './functions/functions.ts';
import {
  bytesOf,
  ofBytes,
  ofNumber,
  ofText,
  parseInteger,
  textOf,
  ValueError,
  type Value,
} from './functions/value.ts';
import type { BindCode, Insert, PayloadProblem, Scope } from './parts.ts';

/** Calls that give on what they make, as they are written. */
export type Pipe = { calls: readonly Call[]; source: string; start: number; end: number };

/** A ValueError with the place of the call that it came from. */
export class PlacedError extends Error {
  readonly problem: PayloadProblem;

  constructor(problem: PayloadProblem) {
    super(problem.code);
    this.problem = problem;
  }
}

type Given = (scope: Scope) => Value;
type Bound = { make: Given; isFixed: boolean };
const keepPattern = /^[a-z_][\w-]*$/i;

class BindError extends Error {
  readonly problem: PayloadProblem;

  constructor(
    code:
      | BindCode
      | 'value-not-a-number'
      | 'value-out-of-range'
      | 'value-unknown-choice'
      | 'value-bad-expression',
    at: Range,
    near: string | null = null,
  ) {
    super(code);
    this.problem = { start: at.start, end: at.end, code, ...(near !== null && { nearest: near }) };
  }
}
type Range = Pick<Problem, 'start' | 'end'>;

/** Null with a problem more where it means nothing. `names`: of the parts of this message. */
export function bindPipe(
  pipe: Pipe,
  names: ReadonlySet<string>,
  problems: PayloadProblem[],
  codec: Codec | null,
): Insert | null {
  try {
    return new PipeBinder(names, codec).bind(pipe);
  } catch (error) {
    if (!(error instanceof BindError)) throw error;
    problems.push(error.problem);
    return null;
  }
}

class PipeBinder {
  readonly #names: ReadonlySet<string>;
  readonly #parts = new Set<string>();
  readonly #sizes = new Set<string>();
  readonly #codec: Codec | null;
  #keeps: string | null = null;
  #asksReceived = false;

  constructor(names: ReadonlySet<string>, codec: Codec | null) {
    this.#names = names;
    this.#codec = codec;
  }

  bind({ calls, source, start, end }: Pipe): Insert {
    const [first, ...filters] = calls as [Call, ...Call[]];
    let left: Bound | null = null;
    let leftName: Argument | null = null;
    if (!isFunction(first) && first.args.every(({ key }) => key === 'as')) {
      this.#takeKeeps(first);
      // What only its length is asked of is not made for it.
      leftName = first.name;
      if (filters[0] === undefined || !takesSize(filters[0])) left = this.#value(first.name, 'call-unknown');
    } else left = this.#call(first, null, null);
    for (const filter of filters) {
      left = this.#call(filter, left, leftName);
      leftName = null;
    }
    const { make, isFixed } = left!;
    let once: Uint8Array | null = null;
    return {
      ...{ source, start, end, isFixed },
      keeps: this.#keeps,
      asksReceived: this.#asksReceived,
      parts: [...this.#parts],
      sizes: [...this.#sizes],
      bytes: (scope) => {
        const bytes = once ?? sentFor(make(scope), this.#codec, { start, end });
        if (isFixed) once = bytes;
        return bytes;
      },
    };
  }

  /** `left`: what comes through the pipe, its first argument; `leftName` where that is written as it stands. */
  #call(call: Call, left: Bound | null, leftName: Argument | null): Bound {
    const { name } = call;
    const found = name.isQuoted || name.key !== '' ? null : functionCalled(name.text);
    if (found === null) throw new BindError('call-unknown', name, this.#nearestTo(name.text));
    const given = this.#takeKeeps(call);
    const piped: (Bound | Argument)[] = left === null && leftName === null ? [] : [left ?? leftName!];
    const byPlace = [...piped, ...given.filter(({ key }) => key === '')];
    const byKey = new Map<string, Argument>();
    const named = found.parameters.map((parameter) => parameter.name);
    for (const argument of given.filter(({ key }) => key !== '')) {
      const key = argument.key;
      if (!named.includes(key)) throw new BindError('call-unknown-key', argument, nearest(key, named));
      if (byKey.has(key)) throw new BindError('call-twice', argument);
      byKey.set(key, argument);
    }
    const args = found.parameters.map((parameter) => {
      const argument = byKey.get(parameter.name) ?? byPlace.shift();
      if (argument !== undefined) return this.#argument(parameter, argument);
      if (parameter.initial === undefined) throw new BindError('call-missing', name, parameter.name);
      return this.#argument(parameter, initialOf(parameter, name));
    });
    const more = byPlace.map((argument) => {
      if (!found.takesMore) throw new BindError('call-too-many', 'make' in argument ? name : argument);
      return this.#argument({ name: '', kind: 'value' }, argument);
    });
    this.#asksReceived ||= found.asksReceived === true;
    return called(found, [...args, ...more], name);
  }

  #takeKeeps({ args }: Call): Argument[] {
    const kept = args.filter(({ key }) => key === 'as');
    for (const argument of kept) {
      if (this.#keeps !== null) throw new BindError('call-twice', argument);
      if (!keepPattern.test(argument.text)) throw new BindError('call-unknown-value', argument);
      this.#keeps = argument.text;
    }
    return args.filter(({ key }) => key !== 'as');
  }

  #argument(parameter: Parameter, argument: Bound | Argument): Bound {
    if ('make' in argument) return parameter.kind === 'size' ? sizeOf(argument) : argument;
    const { text, isQuoted } = argument;
    switch (parameter.kind) {
      case 'text':
        return literal(ofText(text));
      case 'expression':
        if (isExpression(text)) return literal(ofText(text));
        throw new BindError('value-bad-expression', argument);
      case 'choice':
        if (parameter.choices!.includes(text)) return literal(ofText(text));
        throw new BindError('value-unknown-choice', argument, nearest(text, parameter.choices!));
      case 'size':
        if (!isQuoted && this.#names.has(text)) {
          this.#sizes.add(text);
          return { make: (scope) => ofNumber(scope.size(text)), isFixed: false };
        }
        return sizeOf(this.#value(argument));
      case 'integer':
        return this.#integer(parameter, argument);
      case 'value':
        return this.#value(argument);
    }
  }

  #integer({ least, most }: Parameter, argument: Argument): Bound {
    const number = parseInteger(argument.text);
    if (number === null) {
      const isName =
        !argument.isQuoted && (this.#names.has(argument.text) || functionCalled(argument.text) !== null);
      if (isName) return this.#value(argument);
      throw new BindError('value-not-a-number', argument);
    }
    const isWithin =
      (least === undefined || number >= BigInt(least)) && (most === undefined || number <= BigInt(most));
    if (!isWithin) throw new BindError('value-out-of-range', argument);
    return literal(ofNumber(number));
  }

  /** What stands in quotes is text; digits are a number; else it is a part of the message, or a function without arguments. */
  #value(argument: Argument, unknown: 'call-unknown' | 'call-unknown-value' = 'call-unknown-value'): Bound {
    const { text, isQuoted } = argument;
    if (isQuoted) return literal(ofText(text));
    const number = parseInteger(text);
    if (number !== null) return literal(ofNumber(number));
    if (/^[+-]?\d*\.\d+(?:e[+-]?\d+)?$/i.test(text)) return literal({ kind: 'float', number: Number(text) });
    if (this.#names.has(text)) {
      this.#parts.add(text);
      return { make: (scope) => ofBytes(scope.part(text)), isFixed: false };
    }
    const found = functionCalled(text);
    if (found === null) throw new BindError(unknown, argument, this.#nearestTo(text));
    const args = found.parameters.map((parameter) => {
      if (parameter.initial === undefined) throw new BindError('call-missing', argument, parameter.name);
      return this.#argument(parameter, initialOf(parameter, argument));
    });
    this.#asksReceived ||= found.asksReceived === true;
    return called(found, args, argument);
  }

  #nearestTo(name: string): string | null {
    return nearest(name, [...this.#names, ...payloadFunctions.keys(), ...Object.keys(functionAliases)]);
  }
}

/** Text in the encoding of the message, and a number without a width as its digits. */
function sentFor(value: Value, codec: Codec | null, { start, end }: Range): Uint8Array {
  const isText =
    value.kind === 'text' || value.kind === 'float' || (value.kind === 'number' && value.width === undefined);
  if (codec === null || !isText) return bytesOf(value);
  const bytes = encodeText(textOf(value), codec);
  if (bytes === null) throw new PlacedError({ start, end, code: 'text-not-in-encoding' });
  return bytes;
}

const isFunction = ({ name }: Call): boolean =>
  !name.isQuoted && name.key === '' && parseInteger(name.text) === null && functionCalled(name.text) !== null;
const takesSize = ({ name }: Call): boolean => functionCalled(name.text)?.parameters[0]?.kind === 'size';
/** Read without being tried on anything. */
function isExpression(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false; // Not complete, or not valid.
  }
}
const literal = (value: Value): Bound => ({ make: () => value, isFixed: true });
const sizeOf = ({ make, isFixed }: Bound): Bound => ({
  make: (scope) => ofNumber(bytesOf(make(scope)).length),
  isFixed,
});

function initialOf({ initial = '' }: Parameter, { start, end }: Range): Argument {
  const isQuoted = initial.startsWith('"');
  return { start, end, key: '', isQuoted, text: isQuoted ? initial.slice(1, -1) : initial };
}

function called(found: PayloadFunction, args: readonly Bound[], { text: name, start, end }: Argument): Bound {
  const make: Given = (scope) => {
    const before = found.isShared ? scope.shared.get(name) : undefined;
    if (before !== undefined) return before;
    try {
      const value = found.make(
        args.map((argument) => argument.make(scope)),
        scope.context,
      );
      if (found.isShared) scope.shared.set(name, value);
      return value;
    } catch (error) {
      throw error instanceof ValueError ? new PlacedError({ start, end, code: error.code }) : error;
    }
  };
  return { make, isFixed: !found.isVolatile && !found.asksHost && args.every((one) => one.isFixed) };
}
