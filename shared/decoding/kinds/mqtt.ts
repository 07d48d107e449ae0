/** MQTT 3.1, 3.1.1 and 5: control packets one behind another. Which version it is, CONNECT says, or the form of the packet. */
import type { Decoder } from '../decoder.ts';
import type { Tree } from '../tree.ts';

const types = [
  ...['', 'CONNECT', 'CONNACK', 'PUBLISH', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP', 'SUBSCRIBE', 'SUBACK'],
  ...['UNSUBSCRIBE', 'UNSUBACK', 'PINGREQ', 'PINGRESP', 'DISCONNECT', 'AUTH'],
];
/** Of the low four bits of the first byte, where they are fixed. */
const fixedFlags: Readonly<Record<number, number>> = { 6: 2, 8: 2, 10: 2 };
const publish = 3;

type PropertyKind = 'byte' | 'two' | 'four' | 'varint' | 'text' | 'bytes' | 'pair';
const properties: Readonly<Record<number, readonly [name: string, kind: PropertyKind]>> = {
  1: ['payload format', 'byte'],
  2: ['message expiry', 'four'],
  3: ['content type', 'text'],
  8: ['response topic', 'text'],
  9: ['correlation data', 'bytes'],
  11: ['subscription id', 'varint'],
  17: ['session expiry', 'four'],
  18: ['assigned client', 'text'],
  19: ['keep alive', 'two'],
  21: ['authentication method', 'text'],
  22: ['authentication data', 'bytes'],
  23: ['problem information', 'byte'],
  24: ['will delay', 'four'],
  25: ['response information', 'byte'],
  26: ['response information', 'text'],
  28: ['server reference', 'text'],
  31: ['reason', 'text'],
  33: ['receive maximum', 'two'],
  34: ['alias maximum', 'two'],
  35: ['topic alias', 'two'],
  36: ['maximum QoS', 'byte'],
  37: ['retain available', 'byte'],
  38: ['user property', 'pair'],
  39: ['maximum packet', 'four'],
  40: ['wildcards available', 'byte'],
  41: ['identifiers available', 'byte'],
  42: ['shared available', 'byte'],
};

export const mqtt: Decoder = {
  id: 'mqtt',
  confidence(bytes) {
    if (bytes.length < 2) return 0;
    if (bytes[0] === 0x10) {
      const text = String.fromCharCode(...bytes.subarray(2, 14));
      return text.includes('\0\x04MQTT') || text.includes('\0\x06MQIsdp') ? 0.99 : 0;
    }
    // All packets fit to the end, or the first begins what goes on.
    for (let at = 0, count = 0; at < bytes.length && count < 20; count++) {
      const head = headAt(bytes, at, bytes.length);
      if (head === null) return 0;
      at += head.size + head.length;
      if (at === bytes.length) return count > 0 || head.length === 0 || hasTopic(bytes) ? 0.75 : 0.5;
    }
    return 0;
  },
  read(tree) {
    let version = 0;
    while (tree.left > 0) {
      const head =
        headAt(tree.bytes, tree.at, tree.end) ?? tree.stop(tree.left < 5 ? 'incomplete' : 'unexpected');
      const { type, flags, size, length } = head;
      tree.group(types[type]!, () => {
        if (type === publish) {
          const qos = (flags >> 1) & 3;
          tree.leaf('flags', 1, `QoS ${qos}${flags & 8 ? ' dup' : ''}${flags & 1 ? ' retain' : ''}`);
        } else tree.leaf('flags', 1, flags);
        tree.leaf('length', size - 1, length);
        if (type === 1) version = versionOf(tree);
        const said = { words: '' };
        tree.within(length, () => {
          const isFive = version === 0 ? looksLikeFive(tree, type, flags) : version >= 5;
          packet(tree, { type, flags, isFive, said });
        });
        if (said.words !== '') tree.here.value = said.words;
        tree.say(`${types[type]} ${said.words}`.trimEnd());
      });
    }
  },
};

type Head = { type: number; flags: number; size: number; length: number };
type Packet = { type: number; flags: number; isFive: boolean; said: { words: string } };

/** null: it cannot be one, or not all of it is there. */
function headAt(bytes: Uint8Array, start: number, end: number): Head | null {
  const [type, flags] = [bytes[start]! >> 4, bytes[start]! & 15];
  if (type === 0 || (type === publish ? (flags & 6) === 6 : flags !== (fixedFlags[type] ?? 0))) return null;
  const length = varint(bytes, start + 1, end);
  return length === null ? null : { type, flags, size: 1 + length.size, length: length.value };
}

function varint(bytes: Uint8Array, start: number, end: number): { value: number; size: number } | null {
  let value = 0;
  for (let size = 0; size < 4 && start + size < end; size++) {
    const byte = bytes[start + size]!;
    value += (byte & 127) * 128 ** size;
    if (byte < 128) return { value, size: size + 1 };
  }
  return null;
}

/** A PUBLISH whose topic is text. */
function hasTopic(bytes: Uint8Array): boolean {
  const head = headAt(bytes, 0, bytes.length)!;
  const size = bytes[head.size]! * 256 + bytes[head.size + 1]!;
  const topic = bytes.subarray(head.size + 2, head.size + 2 + size);
  return head.type === publish && size > 0 && size + 2 <= head.length && topic.every((byte) => byte >= 0x20);
}

const versionOf = (tree: Tree): number => {
  const nameLength = tree.peek(2);
  return tree.peek(1, 2 + nameLength) || 0;
};

/** Without its CONNECT a packet is 5 if only that has such a form: properties whose ids and lengths are right. */
function looksLikeFive(tree: Tree, type: number, flags: number): boolean {
  if (type === 2 || type === 11) return tree.left > 2;
  if (type === 8 || type === 9 || type === 10) return propertiesFit(tree, 2, type !== 9);
  if (type !== publish) return true;
  const topic = tree.peek(2) + 2 + (flags & 6 ? 2 : 0);
  return propertiesFit(tree, topic, false);
}

function propertiesFit(tree: Tree, skip: number, mayBeEmpty: boolean): boolean {
  const length = varint(tree.bytes, tree.at + skip, tree.end);
  if (length === null || skip + length.size + length.value > tree.left) return false;
  // A subscription of 3.1.1 has the length of its filter there, whose high byte is 0.
  if (length.value === 0)
    return mayBeEmpty ? tree.peek(2, skip + 1) + skip + 4 <= tree.left : skip + 1 < tree.left;
  return properties[tree.peek(1, skip + length.size)] !== undefined;
}

function packet(tree: Tree, { type, flags, isFive, said }: Packet): void {
  if (type === 1) said.words = connect(tree);
  else if (type === 2) {
    tree.leaf('session present', 1, (tree.peek(1) & 1) === 1);
    said.words = `code ${tree.number(isFive ? 'reason code' : 'return code', 1)}`;
    if (isFive && tree.left > 0) propertyList(tree);
  } else if (type === publish) {
    const topic = string(tree, 'topic');
    if (flags & 6) tree.number('packet id', 2);
    if (isFive) propertyList(tree);
    said.words = `${topic} ${tree.left} B`;
    if (tree.left > 0) tree.content('payload', tree.left, tree.looksLike(tree.left, ['json', 'xml']));
  } else if (type === 8 || type === 10) {
    tree.number('packet id', 2);
    if (isFive) propertyList(tree);
    const filters: string[] = [];
    while (tree.left > 0) {
      filters.push(string(tree, 'filter'));
      if (type === 8) tree.leaf('options', 1, `QoS ${tree.peek(1) & 3}`);
    }
    said.words = filters.slice(0, 4).join(', ');
  } else if (type === 12 || type === 13) return;
  else acknowledgement(tree, type, isFive, said);
}

function acknowledgement(tree: Tree, type: number, isFive: boolean, said: Packet['said']): void {
  if (type < 14) said.words = `#${tree.number('packet id', 2)}`;
  const isList = type === 9 || type === 11;
  if (isList && isFive) propertyList(tree);
  while (isList && tree.left > 0) tree.number('code', 1);
  if (!isList && tree.left > 0) {
    const code = tree.number('reason code', 1);
    if (code > 0) said.words = `${said.words} code ${code}`.trimStart();
    if (tree.left > 0) propertyList(tree);
  }
}

function connect(tree: Tree): string {
  string(tree, 'protocol');
  const version = tree.number('version', 1);
  const flags = tree.peek(1);
  const names = [...(flags & 2 ? ['clean'] : []), ...(flags & 4 ? ['will'] : [])];
  tree.leaf('flags', 1, names.join(' ') || flags);
  tree.number('keep alive', 2);
  if (version >= 5) propertyList(tree);
  const client = string(tree, 'client');
  if (flags & 4) {
    if (version >= 5) propertyList(tree);
    string(tree, 'will topic');
    sizedData(tree, 'will payload');
  }
  if (flags & 0x80) string(tree, 'user');
  if (flags & 0x40) sizedData(tree, 'password');
  return `${client === '' ? '-' : client} v${version === 4 ? '3.1.1' : version === 3 ? '3.1' : version}`;
}

/** With its length, as one leaf. */
function string(tree: Tree, name: string): string {
  const size = tree.peek(2);
  if (!(size + 2 <= tree.left)) tree.stop('incomplete');
  const text = tree.textAt(tree.at + 2, tree.at + 2 + size);
  tree.leaf(name, size + 2, text);
  return text;
}

function sizedData(tree: Tree, name: string): void {
  const size = tree.peek(2);
  if (!(size + 2 <= tree.left)) tree.stop('incomplete');
  tree.leaf(name, size + 2, tree.dataAt(tree.at + 2, tree.at + 2 + size));
}

function propertyList(tree: Tree): void {
  const length = varint(tree.bytes, tree.at, tree.end) ?? tree.stop('incomplete');
  tree.group('properties', () => {
    tree.leaf('length', length.size, length.value);
    tree.within(length.value, () => {
      while (tree.left > 0) property(tree);
    });
  });
}

function property(tree: Tree): void {
  const [name, kind] = properties[tree.peek(1)] ?? tree.stop('unexpected');
  tree.group(name, () => {
    tree.leaf('id', 1, tree.peek(1));
    if (kind === 'text') tree.here.value = string(tree, 'value');
    else if (kind === 'bytes') sizedData(tree, 'value');
    else if (kind === 'pair') tree.here.value = `${string(tree, 'key')}=${string(tree, 'value')}`;
    else if (kind === 'varint') {
      const read = varint(tree.bytes, tree.at, tree.end) ?? tree.stop('incomplete');
      tree.leaf('value', read.size, (tree.here.value = read.value));
    } else tree.here.value = tree.number('value', kind === 'byte' ? 1 : kind === 'two' ? 2 : 4);
  });
}
