/** ASN.1 in DER and BER (X.690): certificates, keys, and what LDAP and SNMP send. */
import type { Decoder } from '../decoder.ts';
import type { NodeValue } from '../decoded.ts';
import { shortened, type Tree } from '../tree.ts';

const universal: Readonly<Record<number, string>> = {
  ...{ 1: 'BOOLEAN', 2: 'INTEGER', 3: 'BIT STRING', 4: 'OCTET STRING', 5: 'NULL', 6: 'OID', 9: 'REAL' },
  ...{
    10: 'ENUMERATED',
    12: 'UTF8String',
    16: 'SEQUENCE',
    17: 'SET',
    18: 'NumericString',
    19: 'PrintableString',
  },
  ...{
    20: 'T61String',
    22: 'IA5String',
    23: 'UTCTime',
    24: 'GeneralizedTime',
    26: 'VisibleString',
    28: 'UniversalString',
  },
  ...{ 30: 'BMPString' },
};
const classes = ['', 'application', 'context', 'private'];
const texts: readonly number[] = [12, 18, 19, 20, 22, 23, 24, 26];

/** What stands in certificates and keys. */
const oids: Readonly<Record<string, string>> = {
  ...{ '2.5.4.3': 'commonName', '2.5.4.6': 'country', '2.5.4.7': 'locality', '2.5.4.8': 'state' },
  ...{
    '2.5.4.10': 'organization',
    '2.5.4.11': 'unit',
    '2.5.29.14': 'subjectKeyIdentifier',
    '2.5.29.15': 'keyUsage',
  },
  ...{ '2.5.29.17': 'subjectAltName', '2.5.29.19': 'basicConstraints', '2.5.29.31': 'crlDistributionPoints' },
  ...{
    '2.5.29.32': 'certificatePolicies',
    '2.5.29.35': 'authorityKeyIdentifier',
    '2.5.29.37': 'extKeyUsage',
  },
  ...{ '1.2.840.113549.1.1.1': 'rsaEncryption', '1.2.840.113549.1.1.11': 'sha256WithRSA' },
  ...{
    '1.2.840.113549.1.1.12': 'sha384WithRSA',
    '1.2.840.113549.1.1.10': 'rsaPSS',
    '1.2.840.10045.2.1': 'ecPublicKey',
  },
  ...{
    '1.2.840.10045.3.1.7': 'prime256v1',
    '1.3.132.0.34': 'secp384r1',
    '1.2.840.10045.4.3.2': 'ecdsaWithSHA256',
  },
  ...{ '1.2.840.10045.4.3.3': 'ecdsaWithSHA384', '1.3.101.112': 'Ed25519', '1.3.101.110': 'X25519' },
  ...{
    '1.3.6.1.5.5.7.3.1': 'serverAuth',
    '1.3.6.1.5.5.7.3.2': 'clientAuth',
    '1.3.6.1.5.5.7.1.1': 'authorityInfoAccess',
  },
};

type Head = { size: number; length: number | null; tag: number; group: number; isConstructed: boolean };

export const der: Decoder = {
  id: 'der',
  confidence(bytes) {
    if (bytes[0] !== 0x30 || bytes.length < 4) return 0;
    const head = headAt(bytes, 0, bytes.length);
    if (head === null || head.length === null) return 0;
    const inner = headAt(bytes, head.size, bytes.length);
    if (inner === null || inner.length === null || inner.size + inner.length > head.length) return 0;
    const isExact = head.size + head.length === bytes.length;
    return isExact ? (bytes.length > 8 ? 0.9 : 0.6) : bytes[1] === 0x82 && inner.tag === 16 ? 0.6 : 0;
  },
  read(tree) {
    for (let index = 0; tree.left > 0; index++) {
      const common: string[] = [];
      const said = element(tree, '', common);
      const { name } = tree.here.children.at(-1)!;
      tree.say(shortened([...new Set(common)].join(' · '), 100) || String(said ?? name));
    }
  },
};

/** `common`: names that a certificate gives, for the summary. */
function element(tree: Tree, label: string, common: string[]): NodeValue {
  if (tree.left < 2) tree.stop('incomplete');
  const head = headAt(tree.bytes, tree.at, tree.end);
  if (head === null) return tree.stop(tree.left < 6 ? 'incomplete' : 'unexpected');
  const { size, length, tag, group, isConstructed } = head;
  const name = label || (group === 0 ? (universal[tag] ?? `tag ${tag}`) : `${classes[group]} ${tag}`);
  if (length === null) return endless(tree, name, size, common);
  if (!isConstructed && !mayHold(tree, head)) {
    const there = Math.min(length, Math.max(0, tree.left - size));
    const said = primitive(tree, tag, group, tree.at + size, there);
    if (tree.left < size + length) tree.stop('incomplete');
    tree.leaf(name, size + length, said);
    return said;
  }
  let first: NodeValue;
  const node = tree.group(name, () => {
    tree.leaf('', size);
    tree.within(length, () => {
      // The bits that are not used, before what a BIT STRING holds.
      if (tag === 3 && group === 0 && !isConstructed) tree.leaf('', 1);
      for (let count = 0; tree.left > 0; count++) {
        const said = element(tree, '', common);
        if (count === 0) first = said;
        else if (count === 1 && first === 'commonName') common.push(String(said));
      }
    });
  });
  if (first !== undefined && typeof first === 'string' && !/^[{[]/.test(first)) node.value = first;
  return node.value;
}

function endless(tree: Tree, name: string, size: number, common: string[]): NodeValue {
  tree.group(name, () => {
    tree.leaf('', size);
    while (tree.peek(2) !== 0) element(tree, '', common);
    tree.leaf('', 2);
  });
  return undefined;
}

/** Whether an OCTET STRING or a BIT STRING holds exactly one element, as extensions and keys do. */
function mayHold(tree: Tree, { size, length, tag, group }: Head): boolean {
  if (group !== 0 || (tag !== 4 && tag !== 3) || length === null || length < 4) return false;
  const skip = size + (tag === 3 ? 1 : 0);
  if (tag === 3 && tree.peek(1, size) !== 0) return false;
  const end = tree.at + size + length;
  if (end > tree.end) return false;
  const inner = headAt(tree.bytes, tree.at + skip, end);
  return inner?.length !== undefined && inner.length !== null && inner.group === 0
    ? universal[inner.tag] !== undefined && tree.at + skip + inner.size + inner.length === end
    : false;
}

function headAt(bytes: Uint8Array, start: number, end: number): Head | null {
  const first = bytes[start]!;
  let at = start + 1;
  let tag = first & 31;
  if (tag === 31) {
    tag = 0;
    for (let count = 0; ; count++) {
      if (at >= end || count > 4) return null;
      const byte = bytes[at++]!;
      tag = tag * 128 + (byte & 127);
      if (byte < 128) break;
    }
  }
  if (at >= end || (first === 0 && bytes[at] !== 0)) return null;
  const rest = { tag, group: first >> 6, isConstructed: (first & 32) !== 0 };
  const short = bytes[at++]!;
  if (short < 128) return { size: at - start, length: short, ...rest };
  if (short === 128) return rest.isConstructed ? { size: at - start, length: null, ...rest } : null;
  const count = short & 127;
  if (count > 6 || at + count > end) return null;
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + bytes[at++]!;
  return { size: at - start, length, ...rest };
}

function primitive(tree: Tree, tag: number, group: number, start: number, length: number): NodeValue {
  const end = start + length;
  const bytes = tree.bytes.subarray(start, end);
  if (group !== 0) return length === 0 ? undefined : tree.dataAt(start, end);
  if (tag === 1) return bytes[0] !== 0;
  if (tag === 5) return null;
  if (tag === 6) return oid(bytes);
  if ((tag === 2 || tag === 10) && length > 0 && length <= 6) return integer(bytes);
  if (texts.includes(tag)) return tree.textAt(start, end);
  if (tag === 30) return String.fromCharCode(...pairsOf(bytes.subarray(0, 400)));
  return length === 0 ? '' : tag === 4 ? tree.dataAt(start, end) : tree.hexAt(start, end);
}

const pairsOf = (bytes: Uint8Array): number[] =>
  Array.from({ length: bytes.length >> 1 }, (_, at) => bytes[at * 2]! * 256 + bytes[at * 2 + 1]!);

function integer(bytes: Uint8Array): number {
  let value = bytes[0]! & 0x80 ? -1 : 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}

function oid(bytes: Uint8Array): string {
  const parts: number[] = [];
  let part = 0;
  for (const byte of bytes.subarray(0, 64)) {
    part = part * 128 + (byte & 127);
    if (byte >= 128) continue;
    if (parts.length === 0)
      parts.push(Math.min(2, Math.floor(part / 40)), part - Math.min(2, Math.floor(part / 40)) * 40);
    else parts.push(part);
    part = 0;
  }
  const dotted = parts.join('.');
  return oids[dotted] ?? dotted;
}
