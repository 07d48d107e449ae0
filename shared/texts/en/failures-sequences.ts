/** Why a step of a sequence failed. */
import type { FailureText } from '../failure-situation.ts';

const noAnswer: FailureText = ({ code }) => ({
  what: `What the step waits for did not come in time (${code})`,
  cause: 'The peer has sent nothing since the step before, or something else.',
  tryThis:
    'Look at what came in the log. Give it more time by “within”, or write another “expect”: it takes what the filter of the log takes.',
});

const ended: FailureText = ({ code }) => ({
  what: `The connection has ended, or takes nothing any more (${code})`,
  cause: 'The peer or this side has closed or finished before the step was through.',
  tryThis:
    'Look at the end of the connection in the log. Who is to close first is a step of its own: “peer-ends” waits for it.',
});

const notEnded: FailureText = ({ code }) => ({
  what: `The peer did not end the connection in time (${code})`,
  cause: 'It waits for more, or keeps connections open.',
  tryThis: 'Finish this side first by “end: finish”, or give it more time by “within”.',
});

const endedOtherwise: FailureText = ({ code }) => ({
  what: `The connection ended in another way than the step says (${code})`,
  cause: 'A peer that closes with data unread resets; one that finishes may still read.',
  tryThis: 'Look at the end of the connection in the log, or take “peer-ends: any”.',
});

const tooSlow: FailureText = ({ code }) => ({
  what: `An expression of the step finds no end (${code})`,
  cause:
    'On what the peer sent it tries more ways than there is time for: mostly one repetition stands inside another, such as (a+)+.',
  tryThis: 'Write it without nested repetitions, or look for plain text.',
});

export const sequenceFailures = {
  SEQUENCE_NO_ANSWER: noAnswer,
  SEQUENCE_ENDED: ended,
  SEQUENCE_NOT_ENDED: notEnded,
  SEQUENCE_ENDED_OTHERWISE: endedOtherwise,
  SEQUENCE_TOO_SLOW: tooSlow,
};
