/** A length before the bytes it counts. */
import { framer } from '../kind.ts';
import { choice, count } from '../options.ts';
import { addVarint, badLength, headCutter, varintLength, type HeadState } from './headed.ts';

const types = [
  ...['u8', 'u16be', 'u16le', 'u24be', 'u24le', 'u32be', 'u32le', 'u64be', 'u64le'],
  'varint',
] as const;
/** A varint of more has no meaning in 64 bits. */
const mostVarintBytes = 10;
const bytesOf = (type: string): number => Number(/\d+/.exec(type)?.[0] ?? 0) / 8;

export const length = framer(
  'length',
  {
    example: 'u16be',
    lead: 'type',
    options: {
      type: { kind: choice(types, 'TYPE') },
      /** Bytes before the length. */
      offset: { kind: count({ min: 0, max: 65_536 }), initial: 0 },
      /** Bytes that it does not count: behind those counted, or fewer than it says. */
      extra: { kind: count({ min: -65_536, max: 65_536 }), initial: 0 },
      /** Whether it counts what is behind it, or the whole frame. */
      counts: { kind: choice(['rest', 'all']), initial: 'rest' },
    },
  },
  ({ type, offset, extra, counts }) => {
    const size = bytesOf(type);
    const isLittle = type.endsWith('le');
    const following = (state: HeadState, value: number): number => {
      const left = value + extra - (counts === 'all' ? state.at + 1 : 0);
      return left >= 0 && Number.isSafeInteger(left) ? left : badLength(state);
    };
    const readHead = (state: HeadState, byte: number): number | null => {
      const index = state.at - offset;
      if (index < 0) return null;
      if (type === 'varint') {
        const value = addVarint(state, byte, index);
        if (value !== null) return following(state, value);
        return index + 1 < mostVarintBytes ? null : badLength(state);
      }
      state.value = isLittle ? state.value + byte * 256 ** index : state.value * 256 + byte;
      return index + 1 < size ? null : following(state, state.value);
    };
    return {
      why: 'incomplete',
      cutter: () => headCutter(readHead),
      payload: (bytes) => {
        const head = offset + (type === 'varint' ? varintLength(bytes, offset) : size);
        return bytes.subarray(head, Math.max(head, bytes.length - Math.max(0, extra)));
      },
    };
  },
);
