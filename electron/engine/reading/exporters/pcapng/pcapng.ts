/**
 * For Wireshark and its kin. Each stream of a connection is what sockets sent and received, as segments of a valid TCP
 * connection; what has no address (Unix sockets), and what is no packet (events), goes by an interface of its own.
 */
import type { RecordDetail } from '../../../../../shared/records.ts';
import { annotationLine } from '../../../../../shared/show/annotation-line.ts';
import { transports } from '../../../../../shared/settings/transports.ts';
import { describeRecord, texts, type Texts } from '../../../../../shared/texts/index.ts';
import type { Entry, Exporter, RecordWriter } from '../exporter.ts';
import { GrowingBytes } from '../growing-bytes.ts';
import { linkTypes, networkInterface, packet, section, type PacketFacts } from './blocks.ts';
import { Conversation } from './conversation.ts';
import { datagramLength, endsOf, mostInDatagram, mostInSegment, writeDatagram } from './packets.ts';

const firstBytes = 4096;
/** Numbers of the interfaces, in the order in which the head has them. */
const interfaces = { ip: 0, unix: 1, events: 2 } as const;

export const pcapng: Exporter = {
  extension: 'pcapng',
  liveEvents: 'both',
  takes: () => true,
  write: ({ transport, words = texts, head: about = [] }) => {
    const told = words.exporting.pcapng;
    const head = new GrowingBytes(firstBytes);
    section(head, 'Socketscope', [...about, told.file].join('\n'));
    networkInterface(head, linkTypes.ip, 'ip', told.ip);
    networkInterface(head, linkTypes.user0, 'unix', told.unix);
    networkInterface(head, linkTypes.upperPdu, 'events', told.events);
    return { head: head.written, ...packets(transports[transport].protocol, words) };
  },
};

const none: readonly string[] = [];
const commentsOf = ({ annotation }: Entry): readonly string[] =>
  annotation === undefined ? none : [annotationLine(annotation)];

function packets(protocol: 'tcp' | 'udp' | null, words: Texts): Pick<RecordWriter, 'record' | 'now'> {
  /** By the connection's number; one that ended is forgotten. */
  const conversations = new Map<number, Conversation>();
  const conversationOf = (entry: Entry): Conversation | null => {
    const { connection } = entry;
    if (protocol !== 'tcp' || connection === null) return null;
    let known = conversations.get(connection);
    if (known === undefined)
      conversations.set(connection, (known = new Conversation(entry.ends, interfaces.ip)));
    return known;
  };

  const tell = (into: GrowingBytes, entry: Entry, detail: RecordDetail): void => {
    const { connection, time, peer } = entry;
    const sentence = [describeRecord(detail, peer, words), ...commentsOf(entry)].join(' ');
    const before = into.length;
    conversationOf(entry)?.tell(into, detail, time, sentence);
    const isOver = detail.kind === 'closed' || detail.kind === 'failed';
    if (connection !== null && isOver) conversations.delete(connection);
    if (into.length === before) eventPacket(into, time, sentence);
  };

  const say = (into: GrowingBytes, entry: Entry, piece: Uint8Array, comments: readonly string[]): void => {
    const { time, kind } = entry;
    const by = kind === 'sent' ? 'us' : 'peer';
    const facts = { time, isInbound: by === 'peer', comments };
    if (protocol === 'udp') return datagram(into, entry, facts, piece);
    const conversation = conversationOf(entry);
    if (conversation === null) return plainPacket(into, { ...facts, interface: interfaces.unix }, piece);
    for (let at = 0; at < piece.length; at += mostInSegment) {
      const data = piece.length <= mostInSegment ? piece : piece.subarray(at, at + mostInSegment);
      conversation.say(into, by, time, data, at === 0 ? comments : none);
    }
  };

  const out = new GrowingBytes(firstBytes);
  return {
    now: (into, entry, payload) => say(into, entry, payload, commentsOf(entry)),
    record: async function* (entry, payload) {
      out.clear();
      if (entry.detail !== null) tell(out, entry, entry.detail);
      else if (protocol === 'udp') say(out, entry, await joined(payload), commentsOf(entry));
      if (out.length > 0) return yield out.written;
      let comments = commentsOf(entry);
      let left = entry.length;
      try {
        for await (const piece of payload) {
          out.clear();
          say(out, entry, piece, comments);
          left -= piece.length;
          if (conversationOf(entry) !== null) comments = none;
          yield out.written;
        }
      } finally {
        conversationOf(entry)?.skip(entry.kind === 'sent' ? 'us' : 'peer', left);
      }
    },
  };
}

function datagram(
  into: GrowingBytes,
  { ends }: Entry,
  facts: Omit<PacketFacts, 'interface'>,
  data: Uint8Array,
): void {
  const { local, remote } = endsOf(ends.local, ends.remote);
  const way = facts.isInbound === true ? { from: remote, to: local } : { from: local, to: remote };
  // No socket takes a longer one.
  const sent = data.subarray(0, mostInDatagram);
  const at = packet(into, { ...facts, interface: interfaces.ip }, datagramLength(way, sent.length));
  writeDatagram(into, at, way, sent);
}

/** A datagram lies in one piece but for tests. */
async function joined(payload: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of payload) pieces.push(piece);
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

function plainPacket(into: GrowingBytes, facts: PacketFacts, data: Uint8Array): void {
  const at = packet(into, facts, data.length);
  into.bytes.set(data, at);
}

/**
 * Tag 12 names who reads what follows the tags: here the reader of system logs, whose words
 * stand in the list of packets (Wireshark's epan/exported_pdu.h).
 */
const readAsLog = Buffer.concat([
  ...[Buffer.of(0, 12, 0, 8), Buffer.from('syslog\0\0')],
  Buffer.of(0, 0, 0, 0),
]);

function eventPacket(into: GrowingBytes, time: number, sentence: string): void {
  const facts = { interface: interfaces.events, time, isInbound: null, comments: [sentence] };
  plainPacket(into, facts, Buffer.concat([readAsLog, Buffer.from(sentence)]));
}
