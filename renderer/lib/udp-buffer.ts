import type { UdpFacts } from '../../shared/domain.ts';

/** Linux grants twice what it lets a socket ask for, so its limit tells more than what was granted. `asked`: 0 = the system's. */
export const isBufferShort = ({ receiveBufferBytes, receiveBufferLimit }: UdpFacts, asked: number): boolean =>
  (receiveBufferLimit ?? receiveBufferBytes) < asked;
