import { describe, expect, it } from 'vitest';
import { exportMessages } from '../../shared/importing/exporters.ts';
import { readImport } from '../../shared/importing/importers.ts';
import { mostPacketSender, type SavedMessage } from '../../shared/saved-messages.ts';
import { broughtOf } from '../../shared/importing/kept.ts';
import { fieldsOf } from './brought-messages.ts';

const packets = [
  {
    name: 'poll',
    hexstring: '41 0d',
    tcporudp: 'UDP',
    toip: '::1',
    port: '5000',
    repeat: '2.5',
    fromport: 'x',
  },
  {
    name: 'page',
    hexstring: '',
    tcporudp: 'HTTPS Get',
    toip: 'example.com',
    port: '443',
    requestpath: '/p?q',
  },
  { name: 'lock', hexstring: '00 ff', tcporudp: 'DTLS', toip: '192.0.2.1', port: '80', own: { deep: [1] } },
  { name: 'none', hexstring: '7b 7b 54 49 4d 45 7d 7d', tcporudp: 'TCP', toip: '', port: '0', repeat: 0 },
];
const broughtIn = (entries: readonly object[]) =>
  readImport(new TextEncoder().encode(JSON.stringify(entries))).messages;
const kept = (entries: readonly object[]): SavedMessage[] =>
  broughtIn(entries).map((message, at) => ({ ...fieldsOf(message), id: `m${at}`, earlier: 0 }));
const exported = (messages: readonly SavedMessage[]): unknown =>
  JSON.parse(exportMessages('packetsender', { messages: messages.map(broughtOf), endpoints: [] }).text);

describe('what a file brings, as it is kept', () => {
  it('has its protocol and its time in their places, none of them in the note', () => {
    expect(kept(packets)).toMatchObject([
      { name: 'poll', target: { transport: 'udp', host: '::1', port: 5000 }, repeatMs: 2500, note: '' },
      { name: 'page', target: { transport: 'tls', host: 'example.com', port: 443 }, repeatMs: null },
      { name: 'lock', target: { host: '192.0.2.1', port: 80 }, note: '' },
      { name: 'none', target: null, repeatMs: null, note: '' },
    ]);
  });

  it('says in the note only what has no place: a path', () => {
    const unix = { transport: 'unix', host: '/run/x', port: 0 } as const;
    const [message] = broughtIn(packets);
    expect(fieldsOf({ ...message!, target: unix })).toMatchObject({
      ...{ target: null, note: 'unix:///run/x', repeatMs: 2500 },
    });
  });

  it('goes out to Packet Sender as it came, and anew where it was changed', () => {
    const messages = kept(packets);
    expect(exported(messages)).toEqual(packets);
    const [poll, ...others] = messages;
    const changed = { ...poll!, repeatMs: 1000, target: { ...(poll!.target as object), port: 6000 } };
    expect(exported([changed as SavedMessage, ...others])).toEqual([
      expect.objectContaining({ name: 'poll', tcporudp: 'UDP', toip: '::1', port: '6000', repeat: 1 }),
      ...packets.slice(1),
    ]);
  });

  it('keeps no entry that is too long, nor reads one that is nobody’s', () => {
    const [long] = kept([{ ...packets[0], own: 'x'.repeat(mostPacketSender) }]);
    expect(long).toMatchObject({ packetSender: '' });
    expect(broughtOf({ ...long!, packetSender: '{' }).packetSender).toEqual({});
  });
});
