/** A sequence: what one side of a connection does, step by step. */
import type { EndKind } from '../domain.ts';
import type { FilterProblem } from '../filter/reading.ts';
import { readMessageFilter } from '../filter/message-operators.ts';
import type { PayloadProblem } from '../payload/parts.ts';
import { parseMessage, type WrittenMessage } from '../payload/payload.ts';
import type { MessageId } from '../saved-messages.ts';

export const mostSteps = 1_000;
/** Loops within loops. */
export const mostDepth = 8;
export const mostTimes = 1_000_000_000;
export const mostMs = 24 * 3_600_000;
export const usualWithinMs = 5_000;
/** Of all texts of a sequence together. */
export const mostSequenceCharacters = 1_048_576;

/** After `again` more goes. */
export type OnFailure = { then: 'stop' | 'go-on'; again: number };
/** `pattern`: of an expression; its first group, else all that it finds in what came. */
export type SetValue = { name: string; pattern: string };
/** How the peer has ended; 'any' of them. */
export const peerEnds = ['any', 'finish', 'close', 'reset'] as const;
export type PeerEnd = (typeof peerEnds)[number];

/** A saved message, as it is when the sequence is run. Null: known by its name alone, as in a file. */
export type KeptAsStep = { message: MessageId | null; name: string };

type Named = { name: string; onFailure: OnFailure };
export type TalkStep = Named & {
  kind: 'talk';
  /** Null: nothing is sent. */
  send: WrittenMessage | KeptAsStep | null;
  /** In the language of filters; '': nothing is waited for. */
  expect: string;
  withinMs: number;
  set: SetValue[];
};
export type Step =
  | TalkStep
  | (Named & { kind: 'wait'; ms: number })
  /** `times`: null for ever. */
  | (Named & { kind: 'loop'; times: number | null; steps: Step[] })
  | (Named & { kind: 'end'; how: EndKind })
  | (Named & { kind: 'peer-ends'; how: PeerEnd; withinMs: number })
  | (Named & { kind: 'stop' });

/** `values`: what `{{value NAME}}` stands for in messages, to begin with. */
export type Sequence = { name: string; values: { name: string; text: string }[]; steps: Step[] };

export const usualOnFailure: OnFailure = { then: 'stop', again: 0 };

/** Steps before those within them, with the way there: places in lists from the outermost. */
export function* stepsOf(
  steps: readonly Step[],
  way: readonly number[] = [],
): Generator<{ step: Step; path: number[] }> {
  for (const [at, step] of steps.entries()) {
    const path = [...way, at];
    yield { step, path };
    if (step.kind === 'loop') yield* stepsOf(step.steps, path);
  }
}

export type SequenceCode =
  | 'too-many-steps'
  | 'too-long'
  | 'bad-message'
  | 'no-message'
  | 'bad-filter'
  | 'bad-expression'
  | 'bad-name'
  | 'set-of-nothing';
/** `start` and `end`: in the text of `part`, where it has a place there. */
export type StepProblem = {
  path: readonly number[];
  part: 'step' | 'send' | 'expect' | 'set';
  code: SequenceCode;
  start: number;
  end: number;
  /** What the reader of that text says. */
  of: PayloadProblem | FilterProblem | null;
};

/** Names that `{{value NAME}}` can have. */
export const isValueName = (name: string): boolean => /^[\p{L}_][\p{L}\p{N}_-]{0,63}$/u.test(name);

/**
 * What of a sequence cannot be run, each with its place; none: it can. Linear in its length but for the reading of
 * expressions. `areKept`: saved messages that stand in it will be found.
 */
export function problemsOf({ steps, values }: Sequence, areKept = false): StepProblem[] {
  const all = [...stepsOf(steps)];
  const whole = (code: SequenceCode): StepProblem => ({
    path: [],
    part: 'step',
    code,
    start: 0,
    end: 0,
    of: null,
  });
  if (all.length > mostSteps) return [whole('too-many-steps')];
  if (values.some(({ name }) => !isValueName(name))) return [whole('bad-name')];
  const length = all.reduce(
    (sum, { step }) => sum + (step.kind === 'talk' ? lengthOf(step.send) + step.expect.length : 0),
    0,
  );
  if (length > mostSequenceCharacters) return [whole('too-long')];
  return all.flatMap(({ step, path }) => (step.kind === 'talk' ? talkProblems(step, path, areKept) : []));
}

const lengthOf = (send: TalkStep['send']): number =>
  send === null || 'message' in send ? 0 : send.text.length;

function talkProblems(
  { send, expect, set }: TalkStep,
  path: readonly number[],
  areKept: boolean,
): StepProblem[] {
  const found: StepProblem[] = [];
  const isKept = send !== null && 'message' in send;
  if (isKept && !areKept) found.push({ path, part: 'send', code: 'no-message', start: 0, end: 0, of: null });
  const problem = send === null || isKept ? undefined : parseMessage(send).problems[0];
  if (problem !== undefined)
    found.push({
      path,
      part: 'send',
      code: 'bad-message',
      start: problem.start,
      end: problem.end,
      of: problem,
    });
  const read = readMessageFilter(expect);
  if (!read.ok) {
    const { start, end } = read.problem;
    found.push({ path, part: 'expect', code: 'bad-filter', start, end, of: read.problem });
  }
  const refuse = (code: SequenceCode, end: number): void =>
    void found.push({ path, part: 'set', code, start: 0, end, of: null });
  if (set.length > 0 && expect === '') refuse('set-of-nothing', 0);
  for (const { name, pattern } of set)
    if (!isValueName(name)) refuse('bad-name', name.length);
    else if (expressionOf(pattern) === null) refuse('bad-expression', pattern.length);
  return found;
}

/** Null for what cannot be read. */
export function expressionOf(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    // Not complete or not valid: that is the answer.
    return null;
  }
}
