/** What reads one format: bytes go in piece by piece, records come out. Throws an `ImportError` with the place of what is wrong. */
import type { Address } from '../../../shared/address.ts';
import type { ImportSums } from '../../../shared/importing/captured.ts';
import type { Recorder } from '../capture/recorder.ts';

export type Protocol = 'tcp' | 'udp';
/** The first that a capture has: what its endpoint is called after. */
export type FirstConversation = {
  origin: 'accepted' | 'initiated';
  local: Address | null;
  remote: Address | null;
};

/** Where records go. `protocol` is asked for the first time with whom its first conversation is. */
export type Targets = (protocol: Protocol, first: FirstConversation) => Recorder;

export type FileReader = {
  take(piece: Buffer): void;
  /** There is no more. */
  end(): void;
  readonly sums: ImportSums;
};
/** `now`: the time of what has none in the file. */
export type MakeReader = (targets: Targets, now: number) => FileReader;
