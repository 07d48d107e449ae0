/** Sequences that are kept in the workspace, and what is told of a run while it goes on. */
import type { ConnectionId } from '../domain.ts';
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

/** What of a run every page is told; its steps are asked for. `connection`: its number in records. */
export type SequenceFacts = Omit<SequenceRun, 'steps'> & {
  sequence: SequenceId;
  peer: ConnectionId;
  connection: number;
  times: number;
  /** Milliseconds since the epoch. */
  began: number;
};
