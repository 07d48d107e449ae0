/**
 * For Wireshark and its kin. Each stream of a connection is what sockets sent and received, as segments of a valid TCP
 * connection; what has no address (Unix sockets), and what is no packet (events), goes by an interface of its own.
 */
import { annotationLine } from '../../../../../shared/show/annotation-line.ts';
import { transports } from '../../../../../shared/settings/transports.ts';
import { describeRecord, texts, type Texts } from '../../../../../shared/texts/index.ts';
import type { Entry, Exporter, WriteRecord } from '../exporter.ts';
import { linkTypes, networkInterface, packet, section, type PacketFacts } from './blocks.ts';
import { Conversation } from './conversation.ts';
import { datagramLength, endsOf, mostInDatagram, mostInSegment, writeDatagram } from './packets.ts';

/** Numbers of the interfaces, in the order in which the head has them. */
const interfaces = { ip: 0, unix: 1, events: 2 } as const;

export const pcapng: Exporter = {
  extension: 'pcapng',
  liveEvents: 'both',
  takes: () => true,
  write: ({ transport, words = texts, head: about = [] }) => {
    const told = words.exporting.pcapng;
    const head = Buffer.concat([
      section('Socketscope', [...about, told.file].join('\n')),
      networkInterface(linkTypes.ip, 'ip', told.ip),
      networkInterface(linkTypes.user0, 'unix', told.unix),
      networkInterface(linkTypes.upperPdu, 'events', told.events),
    ]);
    return { head, record: writePackets(transports[transport].protocol, words) };
  },
};

function writePackets(protocol: 'tcp' | 'udp' | null, words: Texts): WriteRecord {
  /** By the connection's number; one that ended is forgotten. */
  const conversations = new Map<number, Conversation>();
  const conversationOf = (connection: number, entry: Entry): Conversation => {
    const known = conversations.get(connection) ?? new Conversation(entry.ends, interfaces.ip);
    conversations.set(connection, known);
    return known;
  };

  return async function* (entry, payload) {
    const { connection, detail, time, annotation } = entry;
    const comments = annotation === undefined ? [] : [annotationLine(annotation)];
    if (detail !== null) {
      const sentence = [describeRecord(detail, entry.peer, words), ...comments].join(' ');
      const isOver = detail.kind === 'closed' || detail.kind === 'failed';
      const packets =
        connection === null || protocol !== 'tcp'
          ? []
          : conversationOf(connection, entry).tell(detail, time, sentence);
      if (connection !== null && isOver) conversations.delete(connection);
      return yield* packets.length > 0 ? packets : [eventPacket(time, sentence)];
    }
    const by = entry.kind === 'sent' ? 'us' : 'peer';
    const facts = { time, isInbound: by === 'peer', comments };
    if (protocol === 'udp') return yield* datagram(entry, facts, await joined(payload));
    if (protocol === 'tcp' && connection !== null)
      return yield* segments(conversationOf(connection, entry), entry, by, payload, comments);
    for await (const piece of payload) yield plainPacket({ ...facts, interface: interfaces.unix }, piece);
  };
}

async function* segments(
  conversation: Conversation,
  { time, length }: Entry,
  by: 'us' | 'peer',
  payload: AsyncIterable<Uint8Array>,
  comments: string[],
): AsyncGenerator<Buffer> {
  let left = length;
  try {
    for await (const piece of payload)
      for (let at = 0; at < piece.length; at += mostInSegment) {
        const data = piece.subarray(at, at + mostInSegment);
        left -= data.length;
        yield conversation.say(by, time, data, comments.splice(0));
      }
  } finally {
    conversation.skip(by, left);
  }
}

function* datagram(
  { ends }: Entry,
  facts: Omit<PacketFacts, 'interface'>,
  data: Uint8Array,
): Generator<Buffer> {
  const { local, remote } = endsOf(ends.local, ends.remote);
  const way = facts.isInbound === true ? { from: remote, to: local } : { from: local, to: remote };
  // No socket takes a longer one.
  const sent = data.subarray(0, mostInDatagram);
  yield packet({ ...facts, interface: interfaces.ip }, datagramLength(way, sent.length), (into, at) =>
    writeDatagram(into, at, way, sent),
  );
}

/** A datagram lies in one piece but for tests. */
async function joined(payload: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of payload) pieces.push(piece);
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

const plainPacket = (facts: PacketFacts, data: Uint8Array): Buffer =>
  packet(facts, data.length, (into, at) => void into.set(data, at));

/**
 * Tag 12 names who reads what follows the tags: here the reader of system logs, whose words
 * stand in the list of packets (Wireshark's epan/exported_pdu.h).
 */
const readAsLog = Buffer.concat([
  ...[Buffer.of(0, 12, 0, 8), Buffer.from('syslog\0\0')],
  Buffer.of(0, 0, 0, 0),
]);

function eventPacket(time: number, sentence: string): Buffer {
  const facts = { interface: interfaces.events, time, isInbound: null, comments: [sentence] };
  return plainPacket(facts, Buffer.concat([readAsLog, Buffer.from(sentence)]));
}
