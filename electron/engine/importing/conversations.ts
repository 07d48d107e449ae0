/** The connections and UDP peers of a file of packets, as records of captures. */
import type { Address } from '../../../shared/address.ts';
import type { ImportSums } from '../../../shared/importing/captured.ts';
import type { EndCounters, RecordDetail } from '../../../shared/records.ts';
import { newStream, noStream, type Recorder } from '../capture/recorder.ts';
import { keyOf, KnownEnds } from './known-ends.ts';
import { endsOf, hostOf, PacketReader, tcpFlags, type Carried, type End } from './packet.ts';
import type { Packet } from './packet-file.ts';
import type { FirstConversation, Targets } from './reader.ts';
import { noSums } from './sums.ts';
import { TcpFlow, type Waiting } from './tcp-flow.ts';

/** Above so many, those that have said nothing for longest are taken to be over. */
const mostConversations = 65_536;
const forgottenAtOnce = mostConversations / 4;

type By = 'us' | 'peer';
const other = (by: By): By => (by === 'us' ? 'peer' : 'us');

type Known = { talk: Talk; by: By };

export class Conversations {
  readonly #targets: Targets;
  readonly #known = new KnownEnds<Known>();
  readonly #talks = new Set<Talk>();
  readonly #waiting: Waiting = { bytes: 0 };
  readonly sums: ImportSums = noSums();
  readonly #reader = new PacketReader(this.sums);

  constructor(targets: Targets) {
    this.#targets = targets;
  }

  take(packet: Packet): void {
    this.sums.packets++;
    const outcome = this.#reader.read(packet);
    if (outcome === 'waits') return;
    if (outcome !== 'carried') return void this.sums[outcome]++;
    const { carried } = this.#reader;
    let found = this.#known.get(carried);
    if (found !== undefined && found.talk.isOver(carried, found.by)) {
      this.#forget(found.talk);
      found = undefined;
    }
    found ??= this.#begin(carried, packet);
    found.talk.take(carried, found.by, packet.time);
  }

  /** The file has no more. */
  end(): void {
    this.#reader.end();
    for (const talk of this.#talks) this.#sum(talk);
    this.#talks.clear();
    this.#known.clear();
  }

  #begin(carried: Carried, { isInbound, time }: Packet): Known {
    if (this.#talks.size >= mostConversations) this.#forgetOldest();
    const { protocol } = carried;
    const { from, to } = endsOf(carried);
    const clientSends = isFromClient(carried, from, to);
    const client = clientSends ? from : to;
    // Which side had the program is known where the file says which way the packet went; else it was the client's.
    const weSend = isInbound === null ? clientSends : !isInbound;
    const [local, remote] = weSend ? [from, to] : [to, from];
    const facts: FirstConversation = {
      origin: local === client ? 'initiated' : 'accepted',
      ...{ local: addressOf(local, carried.version), remote: addressOf(remote, carried.version) },
    };
    const target = this.#targets(protocol, facts);
    const keys = [keyOf(protocol, from, to), keyOf(protocol, to, from)] as const;
    const talk =
      protocol === 'tcp'
        ? new TcpTalk(keys, target, facts, time, this.#waiting)
        : new UdpTalk(keys, target, facts, time);
    this.#talks.add(talk);
    const by = weSend ? 'us' : 'peer';
    const found = { talk, by } as const;
    this.#known.set(keys[1], protocol, { talk, by: other(by) });
    // Last: from a port to itself both are the same.
    this.#known.set(keys[0], protocol, found);
    return found;
  }

  #forgetOldest(): void {
    const oldest = [...this.#talks].sort((a, b) => a.lastTime - b.lastTime).slice(0, forgottenAtOnce);
    for (const talk of oldest) this.#forget(talk);
  }

  #forget(talk: Talk): void {
    this.#sum(talk);
    this.#talks.delete(talk);
    for (const key of talk.keys) this.#known.delete(key);
  }

  #sum(talk: Talk): void {
    talk.end();
    if (talk.isOpened) this.sums.connections++;
    this.sums.missingBytes += talk.missing;
  }
}

const addressOf = ({ address, port }: End, version: 4 | 6): Address => ({
  ...{ host: hostOf(address), port },
  family: version === 4 ? 'IPv4' : 'IPv6',
});

/** By the SYN where there is one; else the server is who has the lower port, and of two alike who answers. */
function isFromClient({ protocol, flags }: Carried, from: End, to: End): boolean {
  if (protocol === 'tcp' && flags & tcpFlags.syn) return (flags & tcpFlags.ack) === 0;
  return from.port >= to.port;
}

type Talk = {
  readonly keys: readonly string[];
  readonly lastTime: number;
  readonly isOpened: boolean;
  readonly missing: number;
  isOver(carried: Carried, by: By): boolean;
  take(carried: Carried, by: By, time: number): void;
  end(): void;
};

const nothing = new Uint8Array();
/** A view that lasts as long as the packet. */
const saidBy = ({ bytes, start, end }: Carried): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
const kindOf = (by: By): 'sent' | 'received' => (by === 'us' ? 'sent' : 'received');

class UdpTalk implements Talk {
  readonly keys: readonly string[];
  readonly #target: Recorder;
  readonly #stream: number;
  readonly isOpened = true;
  lastTime: number;
  missing = 0;

  constructor(keys: readonly string[], target: Recorder, facts: FirstConversation, time: number) {
    this.keys = keys;
    this.#target = target;
    this.lastTime = time;
    this.#stream = target.recordDetail(newStream, opened('datagram', facts), time);
  }

  isOver(): boolean {
    return false;
  }

  take(carried: Carried, by: By, time: number): void {
    const { missing } = carried;
    this.lastTime = time;
    this.#target.record(kindOf(by), this.#stream, saidBy(carried), time);
    if (missing === 0) return;
    this.missing += missing;
    this.#target.recordDetail(this.#stream, notCaptured(by, missing), time);
  }

  end(): void {}
}

class TcpTalk implements Talk {
  readonly keys: readonly string[];
  readonly #target: Recorder;
  readonly #facts: FirstConversation;
  readonly #flows: Readonly<Record<By, TcpFlow>>;
  #stream: number | null = null;
  /** When it was first asked for. */
  #askedAt: number | null = null;
  #hasSyn = false;
  #openedAt = 0;
  #finished: By[] = [];
  #isEnded = false;
  lastTime: number;

  constructor(
    keys: readonly string[],
    target: Recorder,
    facts: FirstConversation,
    time: number,
    waiting: Waiting,
  ) {
    this.keys = keys;
    this.#target = target;
    this.#facts = facts;
    this.lastTime = time;
    const flow = (by: By): TcpFlow =>
      new TcpFlow(
        {
          data: (bytes, at) => void target.record(kindOf(by), this.#stream!, bytes, this.#upTo(at)),
          gap: (bytes, at) => this.#tell(notCaptured(by, bytes), this.#upTo(at)),
        },
        waiting,
      );
    this.#flows = { us: flow('us'), peer: flow('peer') };
  }

  get isOpened(): boolean {
    return this.#stream !== null;
  }

  get missing(): number {
    return this.#flows.us.missing + this.#flows.peer.missing;
  }

  /** The same addresses connect anew. */
  isOver({ flags, sequence }: Carried, by: By): boolean {
    if ((flags & tcpFlags.syn) === 0 || (flags & tcpFlags.ack) !== 0) return false;
    return this.#isEnded || this.#flows[by].isOther(sequence + 1);
  }

  take(carried: Carried, by: By, time: number): void {
    const { flags, sequence, acknowledged, missing } = carried;
    const length = carried.end - carried.start;
    this.lastTime = Math.max(this.lastTime, time);
    if (this.#isEnded) return;
    const [isSyn, isAck] = [(flags & tcpFlags.syn) !== 0, (flags & tcpFlags.ack) !== 0];
    if (isSyn) this.#flows[by].begin((sequence + 1) >>> 0);
    this.#hasSyn ||= isSyn;
    if (isSyn && !isAck) this.#askedAt ??= time;
    else if (flags & tcpFlags.rst) return this.#reset(by);
    else this.#open();
    const isFin = (flags & tcpFlags.fin) !== 0;
    if (length + missing > 0 || isFin) {
      this.#open();
      const said = length > 0 ? saidBy(carried) : nothing;
      this.#flows[by].take((sequence + (isSyn ? 1 : 0)) >>> 0, said, missing, isFin, time);
    }
    if (isAck && this.#flows[other(by)].hasBegun) this.#flows[other(by)].acknowledge(acknowledged, time);
    this.#finish(by);
    this.#finish(other(by));
  }

  end(): void {
    if (this.#isEnded) return;
    if (this.#stream === null) {
      if (this.#askedAt !== null) this.#attempt('timed-out', null);
    } else {
      this.#flows.us.end(this.lastTime);
      this.#flows.peer.end(this.lastTime);
      this.#finish('us');
      this.#finish('peer');
    }
    this.#isEnded = true;
  }

  /** Pieces that waited are as late as what they waited for. */
  #upTo(time: number): number {
    return Math.max(this.lastTime, time);
  }

  #tell(detail: RecordDetail, time = this.lastTime): void {
    this.#target.recordDetail(this.#stream!, detail, time);
  }

  #open(): void {
    if (this.#stream !== null) return;
    this.#openedAt = this.lastTime;
    this.#stream = this.#target.recordDetail(newStream, opened('stream', this.#facts), this.lastTime);
    if (this.#askedAt === null && !this.#hasSyn) this.#tell({ kind: 'note', note: 'began-before' });
  }

  #finish(by: By): void {
    if (!this.#flows[by].isFinished || this.#stream === null) return;
    if (this.#isEnded || this.#finished.includes(by)) return;
    this.#finished.push(by);
    this.#tell({ kind: 'half-closed', by, closeNotify: null });
    if (this.#finished.length < 2) return;
    this.#isEnded = true;
    this.#tell({ kind: 'closed', by: this.#finished[0]!, how: 'finish', ...this.#counters() });
  }

  #reset(by: By): void {
    const time = this.lastTime;
    if (this.#stream === null) {
      if (this.#askedAt !== null) this.#attempt('failed', 'ECONNREFUSED');
      this.#isEnded = true;
      return;
    }
    this.#flows.us.end(time);
    this.#flows.peer.end(time);
    this.#isEnded = true;
    const counters = this.#counters();
    const { host, port } = this.#facts.remote!;
    if (by === 'us') this.#tell({ kind: 'closed', by, how: 'reset', ...counters });
    else
      this.#tell({
        ...{ kind: 'failed', code: 'ECONNRESET', message: '', during: 'open', host, port },
        ...counters,
      });
  }

  #attempt(outcome: 'failed' | 'timed-out', code: string | null): void {
    const remote = this.#facts.remote!;
    const durationMs = this.lastTime - this.#askedAt!;
    const detail = { kind: 'attempted', remote, outcome, code, durationMs } as const;
    this.#target.recordDetail(noStream, detail, this.lastTime);
  }

  #counters(): EndCounters {
    return {
      receivedBytes: this.#flows.peer.bytes,
      sentBytes: this.#flows.us.bytes,
      unsentBytes: 0,
      durationMs: this.lastTime - this.#openedAt,
    };
  }
}

const opened = (socket: 'stream' | 'datagram', facts: FirstConversation): RecordDetail => ({
  ...{ kind: 'opened', socket, ...facts, carried: false },
});
const notCaptured = (by: By, count: number): RecordDetail => ({
  ...{ kind: 'note', note: 'not-captured', by, count },
});
