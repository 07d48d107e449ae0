import { describe, expect, test } from 'vitest';
import { unnamed, type SavedMessage } from '../saved-messages.ts';
import { linked, named, withMessages } from './messages.ts';
import { problemsOf, usualOnFailure, type KeptAsStep, type Sequence, type Step } from './sequence.ts';

const message = (id: string, name: string, folder: string, text: string): SavedMessage => ({
  ...unnamed({ mode: 'text', text, lineEnd: 'crlf' }),
  ...{ id, name, folder, earlier: 0 },
});
const list = [
  message('m1', 'Log in', '', 'USER'),
  message('m2', 'Read', 'Pump', 'R1'),
  message('m3', 'Read', 'Valve', 'R2'),
  message('m4', '', '', 'nameless'),
];
const step = (send: KeptAsStep): Step => ({
  ...{ kind: 'talk', name: '', onFailure: usualOnFailure, send, expect: '', withinMs: 1, set: [] },
});
const of = (...sends: KeptAsStep[]): Sequence => ({
  ...{ name: '', values: [] },
  steps: [{ kind: 'loop', name: '', onFailure: usualOnFailure, times: 1, steps: sends.map(step) }],
});
const sends = ({ steps }: Sequence) => {
  const [loop] = steps;
  return loop?.kind === 'loop' ? loop.steps.map((each) => each.kind === 'talk' && each.send) : [];
};
const text = (written: string) => ({ mode: 'text', text: written, lineEnd: 'crlf' });

describe('a saved message as a step', () => {
  test('is what is saved now, found by its number or by its name alone', () => {
    const found = withMessages(
      of(
        { message: 'm1', name: 'as it was called before' },
        { message: null, name: 'Log in' },
        { message: 'gone', name: 'Pump/Read' },
      ),
      list,
    );
    expect(sends(found)).toEqual([text('USER'), text('USER'), text('R1')]);
    expect(problemsOf(found)).toEqual([]);
  });

  test('that is gone, or whose name several have, cannot be run', () => {
    const found = withMessages(of({ message: 'm9', name: 'Bye' }, { message: null, name: 'Read' }), list);
    expect(problemsOf(found)).toMatchObject([
      { path: [0, 0], part: 'send', code: 'no-message' },
      { path: [0, 1], part: 'send', code: 'no-message' },
    ]);
    expect(problemsOf(of({ message: null, name: 'Bye' }), true)).toEqual([]);
  });

  test('stands in a file by its name, with its folder where it needs one, and as it is written where it has none', () => {
    const sequence = of(
      { message: 'm1', name: 'before' },
      { message: 'm3', name: 'Read' },
      { message: 'm4', name: '' },
    );
    const inFile = named(sequence, list);
    expect(sends(inFile)).toEqual([
      { message: null, name: 'Log in' },
      { message: null, name: 'Valve/Read' },
      text('nameless'),
    ]);
    expect(sends(linked(inFile, list)).slice(0, 2)).toEqual([
      { message: 'm1', name: 'Log in' },
      { message: 'm3', name: 'Read' },
    ]);
  });
});
