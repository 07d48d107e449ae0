/** The kinds of record a capture holds, and what each says besides its payload. */
import type { FailureFacts } from './failure.ts';
import type { CertificateInfo, TlsFacts, TlsMessage } from './certificates.ts';
import type { Address } from './address.ts';
import type { EndKind, LayerName } from './domain.ts';

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
  'bound',
] as const;
export type RecordKind = (typeof recordKinds)[number];

/** Whether a record's bytes went over the wire; all other records keep their detail. */
export const isPayload = (kind: RecordKind): kind is 'sent' | 'received' =>
  kind === 'sent' || kind === 'received';

/** What a connection had come to when it ended. */
export type EndCounters = {
  receivedBytes: number;
  sentBytes: number;
  /** Queued bytes that were never handed to the kernel. */
  unsentBytes: number;
  durationMs: number;
};

/** Of what ended before it had a peer. */
export const noTraffic = (durationMs: number): EndCounters => ({
  receivedBytes: 0,
  sentBytes: 0,
  unsentBytes: 0,
  durationMs,
});

/** `address` is literal; `code` is the system's own word (ECONNREFUSED). Durations are milliseconds. */
export type RecordDetail =
  /** `backlog`: 0 for a UDP socket, which has none. */
  | { kind: 'listening'; local: Address; backlog: number }
  /** A UDP client's socket. `remote`: connected to it (connect(2)), so that it hears no other. */
  | { kind: 'bound'; local: Address; remote: Address | null }
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
      /** socket(2): a connection, or a UDP peer that was heard of or sent to for the first time. */
      socket: 'stream' | 'datagram';
      origin: 'accepted' | 'initiated';
      local: Address | null;
      remote: Address | null;
      /** The connection was already open when the log was cleared; this record names it for what follows. */
      carried: boolean;
      /** `socks5://host:port` or `http://host:port`: the socket's other end, which has connected to `remote`. */
      proxy?: string;
    }
  /** `chain`: the peer's certificates, the leaf first; empty where it showed none. `messages`: what led to it. */
  | ({
      kind: 'secured';
      chain: CertificateInfo[];
      durationMs: number;
      messages?: readonly TlsMessage[];
    } & TlsFacts)
  /** `closeNotify`: TLS said goodbye (RFC 8446 6.1); false: a FIN came without it, so the end may be cut off; null: no TLS. */
  | { kind: 'half-closed'; by: 'us' | 'peer'; closeNotify: boolean | null }
  | ({ kind: 'closed'; by: 'us' | 'peer'; how: EndKind } & EndCounters)
  | (FailureFacts & {
      kind: 'failed';
      during: 'listening' | 'resolving' | 'connecting' | LayerName | 'open';
      host: string;
      port: number;
      /** Of a handshake that was under way. */
      messages?: readonly TlsMessage[];
    } & EndCounters)
  | { kind: 'note'; note: 'not-reading'; queuedBytes: number }
  | { kind: 'note'; note: 'reading-again'; durationMs: number }
  | { kind: 'note'; note: 'refused'; count: number; limit: number }
  | { kind: 'note'; note: 'retry'; delayMs: number; attempt: number }
  | { kind: 'note'; note: 'close-deadline'; unsentBytes: number }
  /** Reading was held back: by a slow disk, by replies that the peer does not take, or by the user. */
  | { kind: 'note'; note: 'paused'; why: 'capture' | 'replies' | 'user' }
  | { kind: 'note'; note: 'resumed'; why: 'capture' | 'replies' | 'user'; durationMs: number }
  | { kind: 'note'; note: 'idle'; idleMs: number; closes: boolean }
  | { kind: 'note'; note: 'proxied'; proxy: string; target: string; durationMs: number }
  | (FailureFacts & { kind: 'note'; note: 'certificate-refused'; chain: CertificateInfo[] })
  /** Secrets of this connection are missing in the key log; the connection goes on. */
  | (FailureFacts & { kind: 'note'; note: 'key-log-failed' })
  /** `rule` counts from 1. `words` are the rule's own note. */
  | { kind: 'note'; note: 'rule'; rule: number; words: string }
  | (FailureFacts & { kind: 'note'; note: 'reply-failed'; rule: number | null })
  | { kind: 'note'; note: 'joined' | 'left'; group: string; interfaceAddress: string; source: string }
  | (FailureFacts & { kind: 'note'; note: 'group-failed'; group: string })
  /** The kernel had no room for so many datagrams since the last such note; `total` since the socket was bound. */
  | { kind: 'note'; note: 'dropped'; count: number; total: number }
  /** A datagram that could not be sent, or (`length` null) an ICMP answer to an earlier one; the socket stays usable. */
  | (FailureFacts & { kind: 'note'; note: 'datagram-failed'; length: number | null })
  /** A socket option that the system did not take; the socket works without it. `option`: a field of the settings. */
  | (FailureFacts & { kind: 'note'; note: 'option-failed'; option: string })
  /** A UDP peer left the list to make room for newer ones. */
  | { kind: 'note'; note: 'forgotten' }
  /** The machine slept, or its clock was set: times of records from here on are later by so much, or earlier. */
  | { kind: 'note'; note: 'clock-stepped'; byMs: number }
  | { kind: 'note'; note: 'waiting-for-port'; local: Address }
  /** A server on any free port could not have the one that it had before. */
  | { kind: 'note'; note: 'port-not-kept'; port: number; code: string }
  | { kind: 'note'; note: 'capture-ended-early' }
  /** The size limit of the log took so many records before this one, and so many bytes that were sent and received. `since`: all is kept. */
  | { kind: 'note'; note: 'oldest-gone'; records: number; bytes: number; since: number }
  /**
   * Shown in the place of a record whose bytes `from` to `end - 1` of `file` are not what was written (`Damage` in
   * failure.ts has the codes). `records`: all about whom nothing is known any more; null where only this one's bytes are damaged.
   */
  | {
      kind: 'note';
      note: 'damaged';
      code: string;
      file: string;
      from: number;
      end: number;
      records: { first: number; last: number } | null;
    }
  | { kind: 'note'; note: 'capture-failed'; code: string }
  /** Of a file of packets: bytes that one side sent and the file has not. */
  | { kind: 'note'; note: 'not-captured'; by: 'us' | 'peer'; count: number }
  /** Of a file of packets that begins when the connection is open. */
  | { kind: 'note'; note: 'began-before' }
  /** Packets of a file that have no place in a capture. */
  | { kind: 'note'; note: 'left-out'; what: 'fragment' | 'overlap' | 'other' | 'malformed'; count: number };
