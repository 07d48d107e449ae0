/** Sentences that many failures begin with. */
import { isPrivateAddress } from '../../private-address.ts';
import { onlyOn } from '../system-command.ts';
import type { FailureText } from '../failure-situation.ts';

export const peer = (subject: string): string => subject || 'The peer';

/** Adds what macOS 15 does without a word: it refuses the local network to a program that was not allowed there. */
export const onLocalNetwork =
  (text: FailureText): FailureText =>
  (situation) => {
    const words = text(situation);
    if (!isPrivateAddress(situation.subject)) return words;
    const right = onlyOn(
      'darwin',
      ' On macOS, allow Socketscope (or the terminal that started it) under System Settings, Privacy & Security, Local Network.',
    );
    return { ...words, tryThis: `${words.tryThis}${right}` };
  };

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
