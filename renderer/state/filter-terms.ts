/** Terms of the filter for what a person points at. */
import { valueText, type DecodedRow } from '../../shared/decoding/rows.ts';
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

/** A longer value is looked for by its beginning. */
const mostFieldText = 60;

/** A field of a decoded message with its value; null for one that says nothing by itself, or whose name would be read otherwise. */
export function fieldTerm({ node, parent }: DecodedRow, isExcluded = false): string | null {
  const { name, value } = node;
  // An index says nothing without what it counts in.
  const field = typeof name === 'number' && parent !== null ? `${parent.node.name}.${name}` : String(name);
  if (value === undefined || value === '' || /[=<>~]/u.test(field)) return null;
  const said = valueText(value);
  const wanted = said.length > mostFieldText ? `~${said.slice(0, mostFieldText)}` : `=${said}`;
  return term('decoded', writtenValue(field + wanted), isExcluded);
}

export const kindTerm = (kind: RecordKind, isExcluded = false): string => term('kind', kind, isExcluded);
