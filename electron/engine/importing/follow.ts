/** What Wireshark shows of one stream by Follow: as YAML, and as the hex that tshark prints of it. */
import { isIP } from 'node:net';
import type { Address } from '../../../shared/address.ts';
import { newStream, type Recorder } from '../capture/recorder.ts';
import { Lines } from './lines.ts';
import { ImportError } from './problem.ts';
import type { FileReader, MakeReader, Targets } from './reader.ts';
import { noSums } from './sums.ts';

/** One packet of them, which is no more than a segment. */
const mostPacketBytes = 16 * 2 ** 20;

/** The two ends of one stream; who is 0 connected. */
class Followed {
  readonly #targets: Targets;
  readonly #ends: [Address | null, Address | null] = [null, null];
  #opened: { target: Recorder; stream: number } | null = null;
  readonly sums = noSums();

  constructor(targets: Targets) {
    this.#targets = targets;
  }

  isAt(peer: 0 | 1, host: string, port: number): void {
    const family = isIP(host);
    if (family !== 0) this.#ends[peer] = { host, port, family: family === 4 ? 'IPv4' : 'IPv6' };
  }

  said(peer: 0 | 1, bytes: Uint8Array, time: number): void {
    if (bytes.length === 0) return;
    const { target, stream } = (this.#opened ??= this.#open(time));
    this.sums.packets++;
    target.record(peer === 0 ? 'sent' : 'received', stream, bytes, time);
  }

  #open(time: number): { target: Recorder; stream: number } {
    const [local, remote] = this.#ends;
    const facts = { origin: 'initiated', local, remote } as const;
    const target = this.#targets('tcp', facts);
    this.sums.connections++;
    const detail = { kind: 'opened', socket: 'stream', ...facts, carried: false } as const;
    return { target, stream: target.recordDetail(newStream, detail, time) };
  }
}

export const followYaml: MakeReader = (targets, now) => {
  const followed = new Followed(targets);
  let [isPacket, peer, host, time] = [false, 0, '', now];
  let parts: string[] | null = null;
  let held = 0;
  const flush = (): void => {
    if (parts === null) return;
    followed.said(peer === 1 ? 1 : 0, Buffer.from(parts.join(''), 'base64'), time);
    parts = null;
    held = 0;
  };
  const lines = new Lines((line, offset) => {
    // It takes whatever follows, so that no line is read twice.
    const [, name = '', value = ''] = /^\s*(?:- )?([a-z]+):\s*([^]*)$/.exec(line) ?? [];
    switch (name) {
      case 'packet':
        flush();
        isPacket = true;
        break;
      case 'packets':
        isPacket = true;
        break;
      case 'peer':
        peer = Number(value);
        break;
      case 'host':
        host = value;
        break;
      case 'port':
        if (!isPacket) followed.isAt(peer === 1 ? 1 : 0, host, Number(value) & 0xffff);
        break;
      case 'timestamp':
        time = Math.min(Math.max(0, Number(value) * 1000 || now), 8.64e15);
        break;
      case 'data':
        flush();
        parts = /^!!binary \|/.test(value) ? [] : [value.replace(/^!!binary\s*/, '').replaceAll('"', '')];
        break;
      default:
        if (parts === null || line.trim() === '') return;
        if (!/^\s+[\w+/=-]+\s*$/.test(line)) throw new ImportError('file-damaged', offset);
        held += line.length;
        if (held > mostPacketBytes) throw new ImportError('packet-too-long', offset);
        parts.push(line.trim());
    }
  });
  return readerOf(lines, followed, flush);
};

export const followRaw: MakeReader = (targets, now) => {
  const followed = new Followed(targets);
  const lines = new Lines((line, offset) => {
    const node = /^Node ([01]): (.*):(\d+)$/.exec(line);
    if (node !== null) return followed.isAt(node[1] === '1' ? 1 : 0, node[2]!, Number(node[3]) & 0xffff);
    if (line.trim() === '' || /^(?:=+|Follow: .*|Filter: .*)$/.test(line)) return;
    const [, tab, hex = ''] = /^(\t?)((?:[\da-f]{2})+)$/i.exec(line) ?? [];
    if (hex === '') throw new ImportError('file-damaged', offset);
    followed.said(tab === '\t' ? 1 : 0, Buffer.from(hex, 'hex'), now);
  });
  return readerOf(lines, followed);
};

/** All bytes are what one connection received. */
export const bytesAlone: MakeReader = (targets, now) => {
  const followed = new Followed(targets);
  const mostInRecord = 64 * 1024;
  return {
    take(piece) {
      for (let at = 0; at < piece.length; at += mostInRecord)
        followed.said(1, piece.subarray(at, at + mostInRecord), now);
    },
    end: () => undefined,
    sums: followed.sums,
  };
};

const readerOf = (lines: Lines, { sums }: Followed, flush: () => void = () => undefined): FileReader => ({
  take: (piece) => lines.take(piece),
  end() {
    lines.end();
    flush();
  },
  sums,
});
