/** What is wrong with one field of settings. Words are in `shared/texts/` under `errors`. */
import { parseKeptHost, type HostProblemCode } from '../address.ts';
import type { PayloadProblemCode } from '../payload/parts.ts';

export type SettingsProblemCode =
  | HostProblemCode
  | PayloadProblemCode
  | 'name-too-long'
  | 'name-control'
  | 'number-not-whole'
  | 'number-range'
  | 'choice-unknown'
  | 'local-family'
  | 'delay-above-most'
  | 'path-empty'
  | 'path-too-long'
  | 'path-character'
  | 'tls-versions'
  | 'alpn-name'
  | 'ciphers-character'
  | 'servername-address'
  | 'group-not-multicast'
  | 'source-family'
  | 'text-too-long'
  | 'pattern-empty'
  | 'pattern-regex'
  | 'pattern-groups'
  | 'pattern-changes'
  | 'pattern-hex'
  | 'pattern-filter'
  | 'http-header';

/** `start`, `end`: place in a text field's value; 0, 0 for others. `min`, `max`: bounds of 'number-range', else null. */
export type Found = {
  code: SettingsProblemCode;
  start: number;
  end: number;
  min: number | null;
  max: number | null;
  /** As in `Problem`. */
  character?: string;
  /** The field at fault, where a group was checked. */
  at?: string;
};

export const found = (code: SettingsProblemCode, end = 0, start = 0): Found => ({
  code,
  start,
  end,
  min: null,
  max: null,
});

export const tooLong = (text: string, max: number): Found => ({
  ...found('text-too-long', text.length),
  max,
});

/** As `parseKeptHost`; `isAddress`: no name will do. */
export function hostProblems(host: string, isAddress = false): Found[] {
  const parsed = parseKeptHost(host);
  if (!parsed.ok) return [{ ...found(parsed.problem.code), ...parsed.problem }];
  return isAddress && parsed.kind === 'name' ? [found('host-not-an-address', host.length)] : [];
}

/** Numbers that are allowed, both ends too. */
export type Bounds = { min: number; max: number };

/** Empty for a number within its bounds; `isWhole`: without a fraction. */
export function numberProblems(value: number, { min, max }: Bounds, isWhole = true): Found[] {
  const isFraction = isWhole && Number.isFinite(value) && !Number.isInteger(value);
  if (typeof value !== 'number' || Number.isNaN(value) || isFraction) return [found('number-not-whole')];
  return value < min || value > max ? [{ ...found('number-range'), min, max }] : [];
}
