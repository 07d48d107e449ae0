/** The kinds of record a capture holds, and what each says besides its payload. */
import type { Address, EndKind } from './contract.ts';

/** Order is the wire and disk format: a kind's number is its place here, so only append. */
export const recordKinds = [
  'note',
  'sent',
  'received',
  'listening',
  'stopped',
  'resolved',
  'attempted',
  'opened',
  'secured',
  'half-closed',
  'closed',
  'failed',
] as const;
export type RecordKind = (typeof recordKinds)[number];

/** `address` is literal; `code` is the system's own word (ECONNREFUSED). Durations are milliseconds. */
export type RecordDetail =
  | { kind: 'listening'; local: Address; backlog: number }
  | { kind: 'stopped'; connections: number; durationMs: number }
  | { kind: 'resolved'; host: string; addresses: string[]; durationMs: number; code: string | null }
  | {
      kind: 'attempted';
      remote: Address;
      outcome: 'connected' | 'failed' | 'timed-out' | 'abandoned';
      code: string | null;
      durationMs: number;
    }
  | {
      kind: 'opened';
      origin: 'accepted' | 'initiated';
      local: Address | null;
      remote: Address | null;
      /** The connection was already open when the log was cleared; this record names it for what follows. */
      carried: boolean;
    }
  | { kind: 'half-closed'; by: 'us' | 'peer' }
  | {
      kind: 'closed';
      by: 'us' | 'peer';
      how: EndKind;
      receivedBytes: number;
      sentBytes: number;
      /** Queued bytes that were never handed to the kernel. */
      unsentBytes: number;
      durationMs: number;
    }
  | {
      kind: 'failed';
      during: 'listening' | 'resolving' | 'connecting' | 'open';
      code: string;
      message: string;
      host: string;
      port: number;
      receivedBytes: number;
      sentBytes: number;
      unsentBytes: number;
      durationMs: number;
    }
  | { kind: 'note'; note: 'not-reading'; queuedBytes: number }
  | { kind: 'note'; note: 'reading-again'; durationMs: number }
  | { kind: 'note'; note: 'refused'; count: number; limit: number }
  | { kind: 'note'; note: 'retry'; delayMs: number; attempt: number }
  | { kind: 'note'; note: 'close-deadline'; unsentBytes: number }
  | { kind: 'note'; note: 'capture-ended-early' }
  | { kind: 'note'; note: 'capture-failed'; code: string };
