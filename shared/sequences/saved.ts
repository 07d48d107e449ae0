/** Sequences that are kept in the workspace, and what is told of their runs. */
import type { Address } from '../address.ts';
import type { ConnectionId, EndpointId } from '../domain.ts';
import { textBytes } from '../drafts.ts';
import type { SequenceRun } from './run.ts';
import type { Sequence } from './sequence.ts';

export type SequenceId = string;
/** As it is kept. */
export type KeptSequence = { id: SequenceId; sequence: Sequence };
/** As it is listed. `version`: another one whenever its steps or its name changed. */
export type SavedSequence = { id: SequenceId; name: string; version: number };

export const mostSequences = 200;
/** Of all that are kept, as UTF-8. */
export const mostSequencesBytes = 8 * 1024 * 1024;
export const mostRunTimes = 1_000_000;

export const sequenceBytes = (sequence: Sequence): number => textBytes(JSON.stringify(sequence));

/** Of one sequence, that have ended; as long as the engine runs. */
export const mostPastRuns = 50;

/** What of a run every page is told; its steps are asked for by `run`. `connection`: its number in records. */
export type SequenceFacts = Omit<SequenceRun, 'steps'> & {
  run: number;
  sequence: SequenceId;
  peer: ConnectionId;
  connection: number;
  times: number;
  /** Milliseconds since the epoch. */
  began: number;
};

/** A sequence that is gone through on each new connection, until somebody switches that off. */
export type EachFacts = {
  sequence: SequenceId;
  times: number;
  began: number;
  isOn: boolean;
  /** Runs that go on, and connections that wait because many of them do. */
  running: number;
  waiting: number;
  passed: number;
  failed: number;
  cancelled: number;
  /** Of the newest one that failed. */
  lastFailed: number | null;
};

/** `failedAt`: where it stopped, or of what it went on after, the first. `isOther`: the steps are others by now. */
export type PastRun = SequenceFacts & {
  endpoint: EndpointId;
  remote: Address | null;
  failedAt: number[] | null;
  stepName: string;
  isOther: boolean;
};
