/** Framings as they are written: `length:u16be,offset=2`. `Framing.spec` writes them. */
import { nearest } from '../nearest.ts';
import { problemIn } from '../problem.ts';
import { asTyped } from '../typed.ts';
import type { Framing } from './framer.ts';
import { framerKinds } from './framers.ts';
import { FramingError, within, type FramingProblem } from './problem.ts';

export type FramingReading = { ok: true; framing: Framing } | { ok: false; problem: FramingProblem };

/** A longer one is a mistake. */
const mostCharacters = 4096;

/** `NAME` or `NAME:VALUE,option=value`. Linear in the length, but for expressions, whose automaton is bounded. */
export function parseFraming(spec: string): FramingReading {
  try {
    return { ok: true, framing: read(spec) };
  } catch (error) {
    if (!(error instanceof FramingError)) throw error;
    const { start, end, code } = error.problem;
    return { ok: false, problem: { ...error.problem, ...problemIn(spec, start, end, code) } };
  }
}

function read(spec: string): Framing {
  const [, before = '', name = '', , colon = ''] = /^(\s*)([^:：]*?)(\s*)([:：]|$)/u.exec(spec) ?? [];
  const end = before.length + name.length;
  if (spec.trim() === '') throw new FramingError('frame-missing', 0, spec.length);
  if (spec.length > mostCharacters) throw new FramingError('frame-unknown', mostCharacters, spec.length);
  const typed = asTyped(name).toLowerCase();
  const kind = framerKinds.find((each) => each.name === typed);
  if (kind === undefined) throw unknown(typed, before.length, end);
  const from = spec.indexOf(colon, end) + 1;
  return colon === ''
    ? within(spec.length, () => kind.read(null))
    : within(from, () => kind.read(spec.slice(from)));
}

function unknown(name: string, start: number, end: number): FramingError {
  const names = framerKinds.map((each) => each.name);
  const near = nearest(name, names);
  return new FramingError('frame-unknown', start, end, { choices: near === null ? names : [near] });
}
