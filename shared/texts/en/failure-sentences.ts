/** Sentences that many failures begin with. */
import type { FailureText } from '../failure-situation.ts';

export const peer = (subject: string): string => subject || 'The peer';

export const plain =
  (what: string, cause: string, tryThis: string): FailureText =>
  ({ code }) => ({ what: `${what} (${code})`, cause, tryThis });

/** A text whose sentence begins with the peer. */
export const ofPeer =
  (what: (peer: string) => string, cause: string, tryThis: string): FailureText =>
  ({ subject, code }) => ({ what: `${what(peer(subject))} (${code})`, cause, tryThis });

export const alert = (name: string, cause: string, tryThis: string): FailureText =>
  ofPeer((who) => `${who} refused TLS with the alert “${name}”`, cause, tryThis);

export const unverified = (what: string, cause: string, tryThis: string): FailureText =>
  plain(`The certificate does not hold: ${what}`, cause, tryThis);
