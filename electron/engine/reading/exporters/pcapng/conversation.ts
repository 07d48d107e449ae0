/** A TCP connection as segments: what its sockets did, not what went over the wire, where the kernel cut and repeated. */
import type { RecordDetail } from '../../../../../shared/records.ts';
import type { Ends } from '../exporter.ts';
import { packet } from './blocks.ts';
import { endsOf, flags, segmentLength, writeSegment, type Way } from './packets.ts';

type By = 'us' | 'peer';
const other = (by: By): By => (by === 'us' ? 'peer' : 'us');
const nothing = new Uint8Array(0);

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
  say(by: By, time: number, data: Uint8Array, comments: string[] = []): Buffer {
    return this.#segment(by, time, flags.psh | flags.ack, data, comments);
  }

  /** Bytes that there were and that cannot be told: what follows stands behind them. */
  skip(by: By, count: number): void {
    this.#next[by] = (this.#next[by] + count) >>> 0;
  }

  /** What an event is on the wire, its sentence as a comment; nothing where it is nothing there. */
  tell(detail: RecordDetail, time: number, sentence: string): Buffer[] {
    switch (detail.kind) {
      case 'opened':
        return detail.carried
          ? []
          : this.#open(detail.origin === 'initiated' ? 'us' : 'peer', time, sentence);
      case 'half-closed':
        return this.#finish(detail.by, time, [sentence]);
      case 'closed':
        return detail.how === 'reset'
          ? [this.#reset(detail.by, time, sentence)]
          : this.#close(detail.by, time, sentence);
      case 'failed':
        return detail.during === 'open' ? [this.#reset('peer', time, sentence)] : [];
      default:
        return [];
    }
  }

  #open(by: By, time: number, sentence: string): Buffer[] {
    return [
      this.#segment(by, time, flags.syn, nothing, [sentence]),
      this.#segment(other(by), time, flags.syn | flags.ack, nothing, []),
      this.#segment(by, time, flags.ack, nothing, []),
    ];
  }

  #finish(by: By, time: number, comments: string[]): Buffer[] {
    if (this.#finished[by]) return [];
    this.#finished[by] = true;
    const fin = this.#segment(by, time, flags.fin | flags.ack, nothing, comments);
    return [fin, this.#segment(other(by), time, flags.ack, nothing, [])];
  }

  /** Both have finished then; the sentence stands beside the first segment that there is. */
  #close(by: By, time: number, sentence: string): Buffer[] {
    if (this.#finished.us && this.#finished.peer)
      return [this.#segment(by, time, flags.ack, nothing, [sentence])];
    const first = this.#finished[by] ? other(by) : by;
    return [...this.#finish(first, time, [sentence]), ...this.#finish(other(first), time, [])];
  }

  #reset(by: By, time: number, sentence: string): Buffer {
    return this.#segment(by, time, flags.rst | flags.ack, nothing, [sentence]);
  }

  #segment(by: By, time: number, bits: number, data: Uint8Array, comments: string[]): Buffer {
    const way = this.#ways[by];
    const acknowledged = (bits & flags.ack) === 0 ? 0 : this.#next[other(by)];
    const segment = { sequence: this.#next[by], acknowledged, flags: bits };
    const counted = data.length + ((bits & (flags.syn | flags.fin)) === 0 ? 0 : 1);
    this.#next[by] = (this.#next[by] + counted) >>> 0;
    const facts = { interface: this.#interface, time, isInbound: by === 'peer', comments };
    return packet(facts, segmentLength(way, data.length), (into, at) =>
      writeSegment(into, at, way, segment, data),
    );
  }
}
