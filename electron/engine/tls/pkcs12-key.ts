/** The private keys of a PKCS#12 file (RFC 7292), which Node uses and gives to nobody. */
import { createPrivateKey, type KeyObject } from 'node:crypto';

const oid = (hex: string): Buffer => Buffer.from(hex, 'hex');
const dataType = oid('2a864886f70d010701');
const keyBag = oid('2a864886f70d010c0a0101');
const lockedKeyBag = oid('2a864886f70d010c0a0102');
const [octetString, octetStringInParts] = [0x04, 0x24];

/** Those that do not lie in a part that is locked as a whole. Throws where the file is malformed or a key does not open. */
export function keysOfPkcs12(pfx: Buffer, passphrase: string): KeyObject[] {
  const [, authenticatedSafe] = elements(first(pfx).content);
  return contentsOf(authenticatedSafe)
    .flatMap(contentsOf)
    .flatMap((bag) => keyOf(bag, passphrase));
}

/** Of a ContentInfo; none where it is not in the clear. */
function contentsOf(contentInfo: Element | undefined): Element[] {
  const [type, value] = elements(contentInfo?.content ?? Buffer.alloc(0));
  if (value === undefined || !type?.content.equals(dataType)) return [];
  return elements(first(octetsOf(first(value.content))).content);
}

function keyOf({ content }: Element, passphrase: string): KeyObject[] {
  const [type, value] = elements(content);
  if (type === undefined || value === undefined) return [];
  const key = { key: value.content, format: 'der', type: 'pkcs8' } as const;
  if (type.content.equals(keyBag)) return [createPrivateKey(key)];
  return type.content.equals(lockedKeyBag) ? [createPrivateKey({ ...key, passphrase })] : [];
}

type Element = { tag: number; content: Buffer; end: number };

/** BER (X.690 8.1): some programs leave lengths open and cut octet strings into parts. Throws a RangeError. */
function elementAt(bytes: Buffer, at: number): Element {
  const tag = bytes.readUInt8(at);
  const short = bytes.readUInt8(at + 1);
  let start = at + 2;
  if (short === 0x80) {
    let end = start;
    while (bytes.readUInt16BE(end) !== 0) ({ end } = elementAt(bytes, end));
    return { tag, content: bytes.subarray(start, end), end: end + 2 };
  }
  const lengthBytes = short > 0x80 ? short - 0x80 : 0;
  const length = lengthBytes === 0 ? short : bytes.readUIntBE(start, lengthBytes);
  start += lengthBytes;
  const end = start + length;
  if (end > bytes.length) throw new RangeError('An element is longer than what it stands in.');
  return { tag, content: bytes.subarray(start, end), end };
}

const first = (bytes: Buffer): Element => elementAt(bytes, 0);

function elements(bytes: Buffer): Element[] {
  const all: Element[] = [];
  for (let at = 0; at < bytes.length; at = all.at(-1)!.end) all.push(elementAt(bytes, at));
  return all;
}

function octetsOf({ tag, content }: Element): Buffer {
  if (tag === octetString) return content;
  if (tag === octetStringInParts) return Buffer.concat(elements(content).map(octetsOf));
  throw new RangeError('There is no octet string.');
}
