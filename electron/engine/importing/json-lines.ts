/** Our own JSON Lines, as `--format jsonl`, `show` and a saved log write them. */
import type { Address } from '../../../shared/address.ts';
import { readDetail } from '../../../shared/record-detail.ts';
import { isPayload, recordKinds, type RecordKind } from '../../../shared/records.ts';
import { newStream, noStream, type Recorder } from '../capture/recorder.ts';
import { Lines } from './lines.ts';
import { ImportError } from './problem.ts';
import type { FileReader, MakeReader, Protocol, Targets } from './reader.ts';
import { noSums } from './sums.ts';

/** Connections whose numbers are remembered. */
const mostConnections = 1_000_000;
/** What has all in its line that its record keeps; of others a part is a sentence. */
const kept: ReadonlySet<string> = new Set<RecordKind>([
  ...(['sent', 'received', 'listening', 'stopped', 'resolved', 'attempted'] as const),
  ...(['opened', 'half-closed', 'closed', 'failed', 'bound'] as const),
]);

export const ourLines: MakeReader = (targets) => {
  const reading = new OurLines(targets);
  const lines = new Lines((line, offset) => {
    if (line.trim() !== '') reading.take(line, offset);
  });
  const reader: FileReader = {
    take: (piece) => lines.take(piece),
    end: () => lines.end(),
    sums: reading.sums,
  };
  return reader;
};

type Line = Record<string, unknown>;

class OurLines {
  readonly #targets: Targets;
  /** New numbers by the old ones. */
  readonly #streams = new Map<number, number>();
  #target: Recorder | null = null;
  readonly sums = noSums();

  constructor(targets: Targets) {
    this.#targets = targets;
  }

  take(text: string, offset: number): void {
    const line = parsed(text);
    const time = Date.parse(String(line?.['time']));
    if (line === null || Number.isNaN(time) || time < 0) throw new ImportError('file-damaged', offset);
    const fraction = Number(/\.\d{3}(\d{3})Z$/.exec(String(line['time']))?.[1] ?? 0) / 1000;
    if (this.#streams.size > mostConnections) throw new ImportError('too-many', offset);
    if (!this.#record(line, time + fraction)) this.sums.lines++;
  }

  /** False for what has no place in a capture. */
  #record(line: Line, time: number): boolean {
    const kind = line['kind'] === 'frame' || line['kind'] === 'rest' ? line['direction'] : line['kind'];
    if (!isKind(kind) || !kept.has(kind)) return false;
    const protocol: Protocol = String(line['endpoint']).startsWith('udp:') ? 'udp' : 'tcp';
    const detail = isPayload(kind) ? null : detailOf(kind, line, protocol);
    const hex = String(line['hex']);
    if (isPayload(kind) ? !/^(?:[\da-f]{2})*$/i.test(hex) : detail === null) return false;
    const target = (this.#target ??= this.#targets(protocol, {
      origin: line['origin'] === 'accepted' || kind === 'listening' ? 'accepted' : 'initiated',
      ...{ local: addressOf(line['local']), remote: addressOf(line['remote']) },
    }));
    const stream = this.#streamOf(line['connection'], detail?.kind === 'opened');
    const place =
      detail === null
        ? target.record(kind, stream, Buffer.from(hex, 'hex'), time)
        : target.recordDetail(stream, detail, time);
    if (stream === newStream) {
      this.#streams.set(Number(line['connection']), place);
      this.sums.connections++;
    }
    const number = line['connection'];
    // What failed before there was a connection has none.
    if ((kind === 'closed' || kind === 'failed') && typeof number === 'number') this.#streams.delete(number);
    return true;
  }

  #streamOf(number: unknown, isOpened: boolean): number {
    if (typeof number !== 'number') return noStream;
    return isOpened ? newStream : (this.#streams.get(number) ?? newStream);
  }
}

const isKind = (kind: unknown): kind is RecordKind => recordKinds.includes(kind as RecordKind);

function parsed(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Line) : null;
  } catch {
    return null;
  }
}

function addressOf(value: unknown): Address | null {
  const { host, port, family } = (value ?? {}) as Partial<Address>;
  return typeof host === 'string' && typeof port === 'number' && typeof family === 'string'
    ? { host, port, family }
    : null;
}

/** What a detail has besides what every line has. */
const fieldsOf: Readonly<Partial<Record<RecordKind, readonly string[]>>> = {
  listening: ['local', 'backlog'],
  bound: ['local', 'remote'],
  stopped: ['connections', 'durationMs'],
  resolved: ['host', 'addresses', 'durationMs', 'code'],
  attempted: ['remote', 'outcome', 'code', 'durationMs'],
  opened: ['local', 'remote', 'origin'],
  'half-closed': ['by', 'closeNotify'],
  closed: ['by', 'how', 'receivedBytes', 'sentBytes', 'unsentBytes', 'durationMs'],
  failed: [
    ...['during', 'message', 'host', 'port', 'code'],
    ...['receivedBytes', 'sentBytes', 'unsentBytes', 'durationMs'],
  ],
};

/** Null where something that it needs is not there. */
function detailOf(kind: RecordKind, line: Line, protocol: Protocol): ReturnType<typeof readDetail> {
  const names = fieldsOf[kind] ?? [];
  if (names.some((name) => line[name] === undefined)) return null;
  const detail: Line = { kind };
  for (const name of names) detail[name] = line[name];
  if (kind === 'opened') {
    Object.assign(detail, { socket: protocol === 'udp' ? 'datagram' : 'stream', carried: false });
    if (typeof line['proxy'] === 'string') detail['proxy'] = line['proxy'];
  }
  return readDetail(kind, Buffer.from(JSON.stringify(detail)));
}
