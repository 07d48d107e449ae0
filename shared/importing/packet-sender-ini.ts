/** Packet Sender's own files: `packets.ini` with its packets, `ps_settings.ini` with its servers and smart replies. */
import type { Finds, JsonObject } from './brought.ts';
import { takePacket } from './packet-sender-json.ts';
import { asciiOf, wholeNumber } from './packet-sender.ts';
import { normalized, readQtSettings, type IniValues } from './qt-settings.ts';
import { takeServers } from './smart-replies.ts';

export const looksLikePacketIni = (text: string): boolean =>
  /^\[NAMES\][ \t\r]*$/m.test(text) ||
  /^(?:hexString|tcpOrUdp|smartResponseEnableCheck|responseIfEdit1|tcpServerEnable)[ \t]*=/m.test(text);

export function readPacketIni(text: string, finds: Finds): void {
  const values = readQtSettings(text, finds);
  const groups = takePackets(values, finds);
  takeServers(
    values,
    finds,
    (key) => groups.has(key.slice(0, key.lastIndexOf('/'))) || key.startsWith('NAMES/'),
  );
}

/** As Packet Sender reads them: those that the list of names has. Returns the groups that were read. */
function takePackets(values: IniValues, finds: Finds): Set<string> {
  const read = new Set<string>();
  const size = wholeNumber(values.get('NAMES/size')?.text ?? '');
  const names = [...values].flatMap(([key, { text, at }]) => {
    const index = /^NAMES\/(\d+)\/name$/.exec(key)?.[1];
    return index === undefined ? [] : [{ index: Number(index), name: text, at }];
  });
  for (const { index, name, at } of names.sort((a, b) => a.index - b.index)) {
    if (index < 1 || index > size) finds.refuse('packet-unlisted', at, name);
    else takeNamed(values, name, at, finds);
    read.add(normalized(name));
  }
  for (const [key, { at }] of values) {
    const group = /^(.+)\/hexString$/.exec(key)?.[1];
    if (group === undefined || read.has(group)) continue;
    finds.refuse('packet-unlisted', at, group);
    read.add(group);
  }
  return read;
}

function takeNamed(values: IniValues, listed: string, at: number, finds: Finds): void {
  const field = (key: string) => values.get(normalized(`${listed}/${key}`));
  const own = field('name');
  if (own === undefined) return finds.refuse('packet-missing', at, listed);
  const text = (key: string): string => field(key)?.text ?? '';
  const repeat = Number(text('repeat').trim() || 0);
  // What it reads of a file, as its JSON has it then: who sent it and when was said once is not among that.
  const entry: JsonObject = {
    asciistring: asciiOf(text('hexString')),
    ...{ errorstring: '', fromip: '' },
    fromport: String(wholeNumber(text('fromPort'))),
    hexstring: text('hexString'),
    name: own.text,
    port: String(wholeNumber(text('port'))),
    repeat: Number.isFinite(repeat) ? repeat : 0,
    requestpath: text('requestPath'),
    sendresponse: '0',
    tcporudp: text('tcpOrUdp'),
    toip: text('toIP'),
  };
  const places = new Map(Object.keys(entry).map((key) => [key, iniNames[key] ?? key]));
  takePacket(entry, finds, own.at, (key) => field(places.get(key) ?? key)?.at ?? own.at);
}
const iniNames: Readonly<Partial<Record<string, string>>> = {
  fromport: 'fromPort',
  hexstring: 'hexString',
  requestpath: 'requestPath',
  tcporudp: 'tcpOrUdp',
  toip: 'toIP',
};
