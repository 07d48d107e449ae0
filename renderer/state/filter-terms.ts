/** Terms of the filter for what a person points at. */
import { writtenValue } from '../../shared/filter/tokens.ts';
import { formatHex } from '../../shared/payload/format.ts';
import type { RecordKind } from '../../shared/records.ts';

/** More would be a filter that nobody can read. */
export const mostTermBytes = 32;

const term = (key: string, value: string, isExcluded: boolean): string =>
  `${isExcluded ? '-' : ''}${key}:${value}`;

export const hexTerm = (bytes: Uint8Array, isExcluded = false): string =>
  term('hex', formatHex(bytes.subarray(0, mostTermBytes)), isExcluded);

export const peerTerm = (peer: string, isExcluded = false): string =>
  term('peer', writtenValue(peer), isExcluded);

export const kindTerm = (kind: RecordKind, isExcluded = false): string => term('kind', kind, isExcluded);
