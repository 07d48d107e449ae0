/** What is done with what a peer sends: the seam between sockets and all that answers, forwards or checks. */
import type { EndKind } from '../../../shared/domain.ts';
import type { ListenerSettings } from '../../../shared/settings/settings.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import type { Place, Recorder } from '../capture/recorder.ts';
import type { Around } from './surroundings.ts';

/** One peer, as its handler sees it. Nothing here throws; what comes after the peer's end does nothing. */
export type PeerPort = {
  readonly recorder: Recorder;
  /** Datagrams have boundaries of their own; a stream's are cut by `ReplySettings.boundary`. */
  readonly kind: 'stream' | 'datagram';
  /** Its number, and both addresses as far as they are known. */
  about(): Omit<Around, 'received'>;
  /** False when this side has finished: a reply would be stored for nobody. */
  takesReplies(): boolean;
  /** Queues stored bytes for this peer. They count as a reply: a peer that does not take them is not read. */
  reply(place: Place, length: number): void;
  /** Queues stored bytes for every other open peer of the endpoint. */
  toOthers(place: Place, length: number): void;
  /** 'close' and 'finish' let the queued replies leave first. */
  end(how: EndKind): void;
  note(detail: RecordDetail): void;
};

/** One per peer. */
export type Handler = {
  /** The peer can be talked to: after the handshake where there is one. */
  opened(): void;
  /** Bytes that were just captured at `place`. `bytes` is used again after the call: copy what is kept. */
  received(bytes: Uint8Array, place: Place): void;
  /**
   * The peer has finished sending: what is left without a line end is a message too. `answered` is called once, when
   * every reply is queued: at once, or behind the last delayed one; never after `closed`.
   */
  finished(answered: () => void): void;
  /** The peer has gone: drop timers. */
  closed(): void;
};

/** What an endpoint with these settings does. */
export type HandlerOf = (settings: ListenerSettings) => MakeHandler | null;
/** Called once for each peer; null: nothing is done with what this one sends. */
export type MakeHandler = (port: PeerPort) => Handler | null;
