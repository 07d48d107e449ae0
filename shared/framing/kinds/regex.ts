/** Up to the first end of a match: `\n+` ends a frame as `\n` does, because nobody waits to see what else may come. */
import { automatonOf, lengthOfMatch, findEnds } from '../expression/automaton.ts';
import { parseExpression } from '../expression/parse.ts';
import { mayBeEmpty } from '../expression/tree.ts';
import type { Cutter, CutterState } from '../framer.ts';
import { framer } from '../kind.ts';
import type { ValueKind } from '../options.ts';
import { FramingError } from '../problem.ts';

const mostCharacters = 1000;

type Compiled = {
  text: string;
  ends: ReturnType<typeof automatonOf>;
  backwards: ReturnType<typeof automatonOf>;
};

const expressionKind: ValueKind<Compiled> = {
  hint: 'REGEX',
  read: (text) => {
    if (text.length > mostCharacters)
      throw new FramingError('frame-expression-large', mostCharacters, text.length);
    const tree = parseExpression(text);
    if (mayBeEmpty(tree)) throw new FramingError('frame-expression-empty', 0, text.length);
    // What is too large is all of it.
    const whole = <T>(make: () => T): T => {
      try {
        return make();
      } catch (error) {
        if (!(error instanceof FramingError)) throw error;
        throw new FramingError(error.problem.code, 0, text.length);
      }
    };
    return whole(() => ({
      text,
      ends: automatonOf(tree, 'everywhere'),
      backwards: automatonOf(tree, 'backwards'),
    }));
  },
  write: ({ text }) => text,
};

export const regex = framer(
  'regex',
  {
    example: '\\r?\\n',
    lead: 'expression',
    isLeadLast: true,
    options: { expression: { kind: expressionKind } },
  },
  ({ expression: { ends, backwards } }) => ({
    why: 'no-end',
    cutter: (): Cutter<CutterState & { at: number }> => {
      const state = { mark: null, at: 0 };
      return { state, read: (bytes, told) => void (state.at = findEnds(ends, state.at, bytes, told)) };
    },
    payload: (bytes) => bytes.subarray(0, bytes.length - lengthOfMatch(backwards, bytes)),
  }),
);
