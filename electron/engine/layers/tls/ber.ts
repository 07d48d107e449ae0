/** Reading BER (X.690 8.1), of which DER is a part: some programs leave lengths open and cut octet strings into parts. */

/** `whole`: with its tag and length. `content` of one with an open length goes without its end mark. */
export type Element = { tag: number; content: Buffer; whole: Buffer };

export const tags = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30, octetsInParts: 0x24 } as const;
/** A key or a PKCS#12 file goes about ten deep. */
const mostDepth = 50;

function elementAt(bytes: Buffer, at: number, depth: number): Element & { end: number } {
  if (depth === 0) throw new RangeError('Elements lie too deep in each other.');
  const tag = bytes.readUInt8(at);
  const short = bytes.readUInt8(at + 1);
  let start = at + 2;
  if (short === 0x80) {
    let end = start;
    while (bytes.readUInt16BE(end) !== 0) ({ end } = elementAt(bytes, end, depth - 1));
    return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end + 2), end: end + 2 };
  }
  const lengthBytes = short > 0x80 ? short - 0x80 : 0;
  const length = lengthBytes === 0 ? short : bytes.readUIntBE(start, lengthBytes);
  start += lengthBytes;
  const end = start + length;
  if (end > bytes.length) throw new RangeError('An element is longer than what it stands in.');
  return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end), end };
}

/** Throws a RangeError, as all of these do, for what is not well formed or of another kind. */
export const first = (bytes: Buffer): Element => elementAt(bytes, 0, mostDepth);

/** What follows each other in `bytes`. */
export function elements(bytes: Buffer): Element[] {
  const all: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const element = elementAt(bytes, at, mostDepth);
    all.push(element);
    at = element.end;
  }
  return all;
}

/** What lies in a SEQUENCE, a SET or an explicit tag. */
export function partsOf(element: Element | undefined, tag?: number): Element[] {
  if (element === undefined || (tag !== undefined && element.tag !== tag))
    throw new RangeError('An element is missing or of another kind.');
  return elements(element.content);
}

export function octetsOf(element: Element | undefined, depth = mostDepth): Buffer {
  if (element?.tag === tags.octets) return element.content;
  if (element?.tag !== tags.octetsInParts || depth === 0) throw new RangeError('There is no octet string.');
  return Buffer.concat(elements(element.content).map((part) => octetsOf(part, depth - 1)));
}

/** Infinity where a number of JavaScript does not hold it. */
export function integerOf(element: Element | undefined): number {
  if (element?.tag !== tags.integer) throw new RangeError('There is no number.');
  const digits = element.content.toString('hex').replace(/^(00)+(?=..)/, '');
  return digits.length > 12 ? Infinity : parseInt(digits, 16);
}

/** Its content in hexadecimal digits: identifiers are only compared. */
export function oidOf(element: Element | undefined): string {
  if (element?.tag !== tags.oid) throw new RangeError('There is no object identifier.');
  return element.content.toString('hex');
}
