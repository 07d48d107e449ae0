/** What a function of a message is. */
import type { FillContext } from '../context.ts';
import type { Value } from './value.ts';

/**
 * `value`: anything; `integer`: a whole number; `size`: how many bytes something has, which is known before they are;
 * `text`: words as they are written; `choice`: one of `choices`; `expression`: a regular one.
 */
export type Parameter = {
  name: string;
  kind: 'value' | 'integer' | 'size' | 'text' | 'choice' | 'expression';
  choices?: readonly string[];
  /** As it would be written; without it the argument must be given. */
  initial?: string;
  /** Of an integer, as far as it is written as one. */
  least?: number;
  most?: number;
};

export type Family = 'time' | 'random' | 'number' | 'text' | 'check' | 'connection' | 'outside';
/** In a pipe what comes from the left is the first argument. */
export type PayloadFunction = {
  family: Family;
  parameters: readonly Parameter[];
  /** As many values more as one likes. */
  takesMore?: true;
  /** Another one each time; else what is put in can be worked out once. */
  isVolatile?: boolean;
  /** It asks the program around it, so that it cannot be worked out before. */
  asksHost?: true;
  /** It asks what the peer sent last: whoever sends it reads that before. */
  asksReceived?: true;
  /** One value in all of a message, however often it stands there. */
  isShared?: true;
  /** A call, as a person would write it. */
  example: string;
  /** Throws a ValueError for arguments that it cannot take. `args` has a value for each parameter. */
  make(args: readonly Value[], context: FillContext): Value;
};
export type Functions = Readonly<Record<string, PayloadFunction>>;
