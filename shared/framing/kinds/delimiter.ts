/** Up to the first of several delimiters that is complete. */
import { automatonOf, findEnds } from '../expression/automaton.ts';
import { literal } from '../expression/tree.ts';
import type { Cutter, CutterState } from '../framer.ts';
import { framer } from '../kind.ts';
import { byteLists } from '../options.ts';
import { byteCutter } from './lines.ts';
import { FramingError } from '../problem.ts';
import { matchesWhere } from '../../payload/matching.ts';

const bounds = { min: 1, max: 64 };

export const delimiter = framer(
  'delimiter',
  {
    example: '\\r\\n',
    lead: 'text',
    options: {
      text: { kind: byteLists('text', bounds), initial: [], repeats: true },
      hex: { kind: byteLists('hex', bounds), initial: [], repeats: true },
    },
  },
  ({ text, hex }) => {
    const delimiters = [...text, ...hex];
    if (delimiters.length === 0)
      throw new FramingError('frame-value-missing', 0, 0, { choices: ['text', 'hex'] });
    const [only] = delimiters;
    const isByte = delimiters.length === 1 && only!.length === 1;
    const ends = automatonOf({ type: 'either', parts: delimiters.map(literal) }, 'everywhere');
    const longestFirst = delimiters.toSorted((one, other) => other.length - one.length);
    return {
      why: 'no-end',
      cutter: (): Cutter => {
        if (isByte) return byteCutter(only![0]!);
        const state: CutterState & { at: number } = { mark: null, at: 0 };
        return { state, read: (bytes, told) => void (state.at = findEnds(ends, state.at, bytes, told)) };
      },
      payload: (bytes) => {
        const found = longestFirst.find((each) => matchesWhere.ends(each)(bytes));
        return bytes.subarray(0, bytes.length - (found?.length ?? 0));
      },
    };
  },
);
