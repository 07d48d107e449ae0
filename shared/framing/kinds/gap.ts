/** Whatever comes without a pause. */
import { framer } from '../kind.ts';
import { time } from '../options.ts';

export const gap = framer(
  'gap',
  { example: '20ms', lead: 'time', options: { time: { kind: time({ min: 0.1, max: 3_600_000 }) } } },
  ({ time: gapMs }) => ({
    gapMs,
    why: 'incomplete',
    cutter: () => ({ state: { mark: null }, read: () => undefined, pause: () => true }),
    payload: (bytes) => bytes,
  }),
);
