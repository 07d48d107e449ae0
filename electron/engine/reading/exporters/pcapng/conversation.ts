/** A TCP connection as segments: what its sockets did, not what went over the wire, where the kernel cut and repeated. */
import type { RecordDetail } from '../../../../../shared/records.ts';
import type { Ends } from '../exporter.ts';
import type { GrowingBytes } from '../growing-bytes.ts';
import { packet } from './blocks.ts';
import { endsOf, flags, segmentLength, writeSegment, type Way } from './packets.ts';

type By = 'us' | 'peer';
const other = (by: By): By => (by === 'us' ? 'peer' : 'us');
const nothing: Uint8Array = new Uint8Array(0);

type Facts = { by: By; time: number; comments: readonly string[] };
const answering = ({ by, time }: Facts): Facts => ({ by: other(by), time, comments: [] });

export class Conversation {
  readonly #interface: number;
  readonly #ways: Readonly<Record<By, Way>>;
  /** Sequence number of what each says next. */
  readonly #next: Record<By, number> = { us: 0, peer: 0 };
  readonly #finished: Record<By, boolean> = { us: false, peer: false };

  constructor(ends: Ends, number: number) {
    const { local, remote } = endsOf(ends.local, ends.remote);
    this.#interface = number;
    this.#ways = { us: { from: local, to: remote }, peer: { from: remote, to: local } };
  }

  /** Data of at most `mostInSegment` bytes. */
  say(into: GrowingBytes, by: By, time: number, data: Uint8Array, comments: readonly string[]): void {
    this.#segment(into, { by, time, comments }, flags.psh | flags.ack, data);
  }

  /** Bytes that there were and that cannot be told: what follows stands behind them. */
  skip(by: By, count: number): void {
    this.#next[by] = (this.#next[by] + count) >>> 0;
  }

  /** What an event is on the wire, its sentence as a comment; nothing where it is nothing there. */
  tell(into: GrowingBytes, detail: RecordDetail, time: number, sentence: string): void {
    const told = (by: By): Facts => ({ by, time, comments: [sentence] });
    switch (detail.kind) {
      case 'opened':
        if (!detail.carried) this.#open(into, told(detail.origin === 'initiated' ? 'us' : 'peer'));
        return;
      case 'half-closed':
        return this.#finish(into, told(detail.by));
      case 'closed':
        return detail.how === 'reset'
          ? this.#reset(into, told(detail.by))
          : this.#close(into, told(detail.by));
      case 'failed':
        if (detail.during === 'open') this.#reset(into, told('peer'));
        return;
      default:
    }
  }

  #open(into: GrowingBytes, told: Facts): void {
    this.#segment(into, told, flags.syn);
    this.#segment(into, answering(told), flags.syn | flags.ack);
    this.#segment(into, { ...told, comments: [] }, flags.ack);
  }

  #finish(into: GrowingBytes, told: Facts): void {
    if (this.#finished[told.by]) return;
    this.#finished[told.by] = true;
    this.#segment(into, told, flags.fin | flags.ack);
    this.#segment(into, answering(told), flags.ack);
  }

  /** Both have finished then; the sentence stands beside the first segment that there is. */
  #close(into: GrowingBytes, told: Facts): void {
    if (this.#finished.us && this.#finished.peer) return this.#segment(into, told, flags.ack);
    const first = this.#finished[told.by] ? { ...told, by: other(told.by) } : told;
    this.#finish(into, first);
    this.#finish(into, answering(first));
  }

  #reset(into: GrowingBytes, told: Facts): void {
    this.#segment(into, told, flags.rst | flags.ack);
  }

  #segment(into: GrowingBytes, { by, time, comments }: Facts, bits: number, data = nothing): void {
    const way = this.#ways[by];
    const acknowledged = (bits & flags.ack) === 0 ? 0 : this.#next[other(by)];
    const segment = { sequence: this.#next[by], acknowledged, flags: bits };
    const counted = data.length + ((bits & (flags.syn | flags.fin)) === 0 ? 0 : 1);
    this.#next[by] = (this.#next[by] + counted) >>> 0;
    const facts = { interface: this.#interface, time, isInbound: by === 'peer', comments };
    const at = packet(into, facts, segmentLength(way, data.length));
    writeSegment(into, at, way, segment, data);
  }
}
