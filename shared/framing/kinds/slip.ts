/** Serial line IP (RFC 1055). */
import { framer } from '../kind.ts';
import { flagCutter, flaggedPayload, type Flags } from './flagged.ts';

const flags: Flags = {
  flag: 0xc0,
  escape: 0xdb,
  meant: (byte) => (byte === 0xdc ? 0xc0 : byte === 0xdd ? 0xdb : null),
};

export const slip = framer('slip', {}, () => ({
  why: 'no-end',
  cutter: () => flagCutter(flags),
  payload: (bytes) => flaggedPayload(flags, bytes),
}));
