/** What a sequence may be, from a page and in a file: its shape alone. Whether it can be run, `problemsOf` says. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { listOf, plain, type Schema } from '../../../shared/schema.ts';
import { mostRunTimes, type KeptSequence, type SequenceId } from '../../../shared/sequences/saved.ts';
import {
  mostDepth,
  mostMs,
  mostSequenceCharacters,
  mostSteps,
  mostTimes,
  peerEnds,
  stepsOf,
  type Sequence,
  type Step,
} from '../../../shared/sequences/sequence.ts';
import { messageId } from './saved-messages.ts';
import { encoding, endKind, integer, lineEnd, mode, text, wrap } from './schemas.ts';

export const newSequenceId = (): SequenceId => `s${randomBytes(6).toString('hex')}`;

const id = v.pipe(v.string(), v.regex(/^s[0-9a-f]{12}$/));
export const sequenceId = v.pipe(id, v.title('id'));
export const peer = v.pipe(v.nullable(integer(0, Number.MAX_SAFE_INTEGER)), v.title('peer'));
export const runNumber = v.pipe(integer(1, Number.MAX_SAFE_INTEGER), v.title('run'));
export const runTimes = v.pipe(integer(1, mostRunTimes), v.title('times'));

const mostNameCharacters = 1_000;
const mostValues = 1_000;
const name = text(mostNameCharacters);
const longText = text(mostSequenceCharacters);
const ms = integer(0, mostMs);
const named = {
  name,
  onFailure: v.strictObject({ then: v.picklist(['stop', 'go-on']), again: integer(0, mostTimes) }),
};
const written = v.strictObject({ mode, text: longText, lineEnd, encoding, wrap: v.exactOptional(wrap) });
const kept = v.strictObject({ message: v.nullable(messageId), name });

const leaves = [
  v.strictObject({
    kind: v.literal('talk'),
    ...named,
    send: v.nullable(v.union([written, kept])),
    expect: longText,
    withinMs: ms,
    set: listOf(v.strictObject({ name, pattern: longText }), mostValues),
  }),
  v.strictObject({ kind: v.literal('wait'), ...named, ms }),
  v.strictObject({ kind: v.literal('end'), ...named, how: endKind }),
  v.strictObject({ kind: v.literal('peer-ends'), ...named, how: v.picklist(peerEnds), withinMs: ms }),
  v.strictObject({ kind: v.literal('stop'), ...named }),
] as const;

/** `depth`: of the loops that may stand in these. */
function stepList(depth: number): Schema<Step[]> {
  if (depth === 0) return listOf(plain(v.variant('kind', leaves)), mostSteps);
  const loop = v.strictObject({
    kind: v.literal('loop'),
    ...named,
    times: v.nullable(integer(0, mostTimes)),
    steps: stepList(depth - 1),
  });
  return listOf(plain(v.variant('kind', [...leaves, loop])), mostSteps);
}

const shape: Schema<Sequence> = plain(
  v.strictObject({
    name,
    values: listOf(v.strictObject({ name, text: longText }), mostValues),
    steps: v.pipe(
      stepList(mostDepth),
      v.check((steps) => [...stepsOf(steps)].length <= mostSteps),
    ),
  }),
);
export const savedSequence = v.pipe(shape, v.title('sequence'));
export const keptSequence: Schema<KeptSequence> = plain(v.strictObject({ id, sequence: shape }));
