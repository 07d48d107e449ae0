/** The traffic log that Packet Sender saves: tabs between columns, the last of which is the bytes in hex. */
import { isIP } from 'node:net';
import type { Address } from '../../../shared/address.ts';
import { newStream, type Recorder } from '../capture/recorder.ts';
import { Lines } from './lines.ts';
import { ImportError } from './problem.ts';
import type { MakeReader, Protocol } from './reader.ts';
import { noSums } from './sums.ts';

const mostConnections = 65_536;
/** It writes ten; a line of nothing but tabs is no list of millions. */
const mostColumns = 64;

/** A line has no connection: whoever speaks with the same address over the same port is one. */
export const packetSenderLog: MakeReader = (targets) => {
  const sums = noSums();
  const streams = new Map<string, { target: Recorder; stream: number }>();
  const lines = new Lines((line, offset) => {
    const columns = line.split('\t', mostColumns);
    const [written = '', from = '', fromPort, to = '', toPort, method = ''] = columns;
    const time = Date.parse(written.replace(' ', 'T'));
    const hex = (columns.at(-1) ?? '').replaceAll(' ', '');
    // Its head, a note between, or a failure, which has no bytes.
    if (columns.length < 9 || Number.isNaN(time) || time < 0 || !/^(?:[\da-f]{2})+$/i.test(hex))
      return void (written !== 'TIME' && line !== '' && sums.lines++);
    const isOurs = from === 'You';
    const [local, remote] = isOurs
      ? [addressOf(to, fromPort, 'You'), addressOf(to, toPort)]
      : [addressOf(to, toPort), addressOf(from, fromPort)];
    const protocol: Protocol = method.toUpperCase().startsWith('UDP') ? 'udp' : 'tcp';
    const ours = isOurs ? fromPort : toPort;
    const key = `${protocol} ${ours} ${remote?.host} ${remote?.port}`;
    let known = streams.get(key);
    if (known === undefined) {
      if (streams.size === mostConnections) throw new ImportError('too-many', offset);
      const facts = { origin: isOurs ? 'initiated' : 'accepted', local, remote } as const;
      const target = targets(protocol, facts);
      const socket = protocol === 'udp' ? 'datagram' : 'stream';
      const detail = { kind: 'opened', socket, ...facts, carried: false } as const;
      known = { target, stream: target.recordDetail(newStream, detail, time) };
      streams.set(key, known);
      sums.connections++;
    }
    sums.packets++;
    known.target.record(isOurs ? 'sent' : 'received', known.stream, Buffer.from(hex, 'hex'), time);
  });
  return { take: (piece) => lines.take(piece), end: () => lines.end(), sums };
};

/** `You` has no address of its own: that of the family of the other side which says none. */
function addressOf(host: string, port: string | undefined, who = host): Address | null {
  const plain = host.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(plain) === 6 ? 'IPv6' : 'IPv4';
  const named = who === 'You' ? (family === 'IPv6' ? '::' : '0.0.0.0') : plain;
  return isIP(named) === 0 ? null : { host: named, port: Number(port) & 0xffff, family };
}
