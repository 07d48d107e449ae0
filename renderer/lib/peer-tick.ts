/** The colour by which the eye finds a connection again. Never the only sign: a tick stands beside an address or name. */

const ticks = ['peer-tick-1', 'peer-tick-2', 'peer-tick-3', 'peer-tick-4'] as const;

/**
 * The class of a tick by the connection's number, in list and log the same. Numbers are those of records, which often
 * come in regular steps: the golden ratio puts neighbours of any step apart, as a remainder would not.
 */
export const tickOf = (connection: number): (typeof ticks)[number] =>
  ticks[Math.floor(((connection * 0.618_033_988_749_895) % 1) * ticks.length)]!;
