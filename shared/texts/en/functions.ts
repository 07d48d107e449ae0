import type { Family } from '../../payload/functions/function.ts';

/** What the functions of a message do, in a line each. Those that differ by a width or a name alone share one. */
const helps: Readonly<Partial<Record<string, string>>> = {
  date: 'The date, or any time by the letters of the format: yyyy MM dd HH mm ss SSS; “plus” is seconds.',
  time: 'The time of the day, by the same letters.',
  isoTimestamp: 'Date, time and zone as ISO 8601 and RFC 3339 have them.',
  timestamp: 'The time since 1970, in seconds, milliseconds, microseconds or nanoseconds.',
  DATE: 'The date, as Packet Sender writes it.',
  TIME: 'The time, as Packet Sender writes it.',
  UNIXTIME: 'Seconds since 1970, as Packet Sender writes them.',
  counter: 'Counts the messages: of this run, of each connection, or its places in one message.',
  randomInt: 'A whole number between two others, both included.',
  randomBytes: 'So many bytes by chance.',
  randomText: 'So many letters and digits by chance, or characters of yours.',
  choice: 'One of these by chance.',
  uuid: 'A UUID (RFC 9562): by chance, or version 7, which begins with the time.',
  RANDOM: 'A number of 64 bits by chance, one in a message, as in Packet Sender.',
  UNIQUE: 'A UUID, one in a message, as in Packet Sender.',
  COUNTER: 'Counts messages from 1, once in a message, as in Packet Sender.',
  uleb128: 'A number without sign in groups of 7 bits, the lowest first (LEB128).',
  sleb128: 'The same with a sign.',
  varint: 'A number as protobuf writes it; a negative one has ten bytes.',
  zigzag: 'A number with a sign as protobuf’s sint32 and sint64 write it.',
  'mqtt-varint': 'A remaining length as MQTT writes it, of one to four bytes.',
  pack: 'Numbers as Python’s struct packs them: b h i q with case for the sign, e f d, ?, x, c, s; < for the low byte first.',
  digits: 'A number in digits, with zeros before it, in another base.',
  hex: 'Bytes as hex digits.',
  unhex: 'Hex digits as bytes.',
  base64: 'Bytes as Base64 (RFC 4648).',
  base64url: 'The same for addresses, without padding.',
  unbase64: 'Base64 as bytes.',
  url: 'Text for an address: all but letters, digits and - . _ ~ is escaped (RFC 3986).',
  quoted: 'Text in quotes, as JSON and JavaScript write it.',
  escaped: 'Bytes as text with escapes.',
  upper: 'Text in capitals.',
  lower: 'Text in small letters.',
  reverse: 'The bytes in the other order.',
  slice: 'Some of the bytes; places below zero count from the end.',
  repeat: 'The bytes so many times.',
  pad: 'Filled up to a length, at the right or the left.',
  length: 'How many bytes a part has; “plus” is added. Before the part or behind, or in it, itself counted.',
  crc: 'A CRC by your own parameters, named as in the public catalogue.',
  sum8: 'The sum of the bytes, of which the lowest 8 bits are kept.',
  sum16: 'The same with 16 bits.',
  sum32: 'The same with 32 bits.',
  xor: 'All bytes in exclusive or.',
  bcc: 'The block check character: all bytes in exclusive or.',
  lrc: 'The two’s complement of the sum, as Modbus ASCII has it.',
  fletcher16: 'Fletcher’s checksum over bytes.',
  fletcher32: 'The same over pairs of bytes, the low byte first.',
  adler32: 'Adler’s checksum (RFC 1950).',
  hmac: 'A keyed hash (RFC 2104): the algorithm and the key.',
  localAddress: 'The address of this side.',
  localPort: 'The port of this side.',
  remoteAddress: 'The address of the peer.',
  remotePort: 'The port of the peer.',
  value: 'What a sequence has set under this name.',
  received:
    'What the peer sent last; in an answer the message that is answered. With match: what a regular expression finds in it, or a group of that. A backslash stands twice in quotes.',
  file: 'The bytes of a file of at most 16 MiB, once it is allowed by its name.',
  env: 'A variable of the environment, once it is allowed by its name.',
};

const orders: Readonly<Partial<Record<string, string>>> = { be: ', high byte first', le: ', low byte first' };

function numberHelp(name: string): string | null {
  const [, sign, bits, order] = /^([uif])(8|16|24|32|48|64)(be|le)?$/.exec(name) ?? [];
  if (sign === undefined) return null;
  const kind = {
    u: 'A whole number without sign',
    i: 'A whole number with a sign',
    f: 'A fraction (IEEE 754)',
  }[sign];
  return `${kind} in ${bits} bits${orders[order ?? ''] ?? ''}.`;
}

const families: Record<Family, string> = {
  time: 'Time',
  random: 'Counters and chance',
  number: 'Numbers as bytes',
  text: 'Text and bytes',
  check: 'Lengths, checksums, hashes',
  connection: 'The connection',
  outside: 'Files and the environment',
};

export const functions = {
  families,
  about:
    'Functions stand in double braces, in text and in hex: {{name arguments}}. What one gives goes on through |: ' +
    '{{body | crc16-modbus | u16le}}. A part gets a name by {{#body}}…{{/body}}, a value by as=name. Text stands in quotes.',
  help: (name: string): string =>
    helps[name] ??
    numberHelp(name) ??
    (name.startsWith('crc')
      ? `The CRC of this name in the public catalogue.`
      : `The hash ${name.toUpperCase()}.`),
};
