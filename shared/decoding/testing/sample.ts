/** Bytes with what a decoder must find in them. */
import type { NodeValue } from '../decoded.ts';
import type { DecodeHints } from '../context.ts';

export type Sample = {
  /** Who wrote them. */
  readonly from: string;
  /** Names and values that stand somewhere in the tree. */
  readonly has: readonly (readonly [name: string | number, value: NodeValue])[];
  readonly hints?: DecodeHints;
} & ({ readonly hex: string } | { readonly text: string });

export const bytesOf = (sample: Sample): Uint8Array =>
  'text' in sample
    ? new TextEncoder().encode(sample.text)
    : Uint8Array.from(sample.hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
