import type { FrameMark, RestWhy } from '../../framing/framer.ts';

/** What each framing cuts, by its name in `shared/framing/framers.ts`. */
const kinds: Record<string, string> = {
  line: 'Lines that end with LF, CR LF or CR alone.',
  lf: 'Lines that end with LF; a CR before it is a part of the line.',
  crlf: 'Lines that end with CR LF; either alone is a part of the line.',
  cr: 'Lines that end with CR.',
  delimiter:
    'Up to the first of these delimiters that is complete: text with escapes, a comma as \\x2C, or hex=; several after commas.',
  fixed: 'So many bytes each.',
  length:
    'A length before what it counts: u8, u16, u24, u32 or u64, with be or le behind it, or varint. offset: bytes before it. counts=all: it counts the whole frame. extra: bytes behind that it does not count (such as a checksum), or fewer than it says.',
  between:
    'From start bytes to end bytes. escape: the byte behind it is data, turned by xor. An escape that begins the end bytes (10 of 10 03) stands twice in data.',
  slip: 'Serial line IP, RFC 1055: C0 ends a frame, DB escapes.',
  cobs: 'Consistent overhead byte stuffing: 00 ends a frame.',
  gap: 'What comes without a pause of this time, such as 20ms or 1.5s. A file has no pauses.',
  regex:
    'Up to the first end of a match of this regular expression on bytes: as in JavaScript, \\xHH for bytes, a dot is any byte; no anchors, look-around or references. All that is left is the expression, commas too.',
  'modbus-tcp': 'Modbus TCP; the payload is the PDU.',
  'modbus-rtu':
    'Modbus RTU: ends where its function says or after a pause, and its CRC is checked; the payload is the PDU.',
  mqtt: 'MQTT control packets, 3.1.1 and 5.',
  http: 'HTTP/1 requests and responses with their bodies; the payload is the body, out of its chunks. An answer to HEAD with a length is not told from others.',
  resp: 'Redis: RESP2 and RESP3 values and inline commands, without streamed types.',
  nmea: 'NMEA 0183 sentences; the checksum is checked.',
  at: 'Commands and answers of modems, and their prompt. A command behind which nothing comes ends with its CR after 50 ms.',
};

const marks: Record<FrameMark, string> = {
  'too-long': 'part of a frame over its limit',
  'bad-crc': 'wrong CRC',
  'bad-checksum': 'wrong checksum',
  'bad-escape': 'bad escape',
  'bad-length': 'impossible length',
  'bad-head': 'does not begin as a frame',
  unfinished: 'the next one began before its end',
};

const rests: Record<RestWhy, string> = {
  'no-end': 'left over: its end never came',
  incomplete: 'left over: less than a frame',
};

/** In the window, where frames are set up. */
const setUp = {
  title: 'What is a frame?',
  about: 'A second reading of the same bytes: chunks stay as they came, and this can be changed at any time.',
  kind: 'Ready-made',
  none: 'Not cut',
  received: 'Received',
  sent: 'Sent',
  written: 'As it is written',
  both: 'The same in both directions',
  placeholder: 'Not cut: each chunk by itself',
  size: 'N is a number of bytes: 512, 64k, 1M. What is longer than max is told in pieces of that size.',
  button: (spec: string) => `Frames are ${spec}. What is a frame?`,
  unset: 'not cut',
  differs: (received: string, sent: string) => `↓ ${received} ↑ ${sent}`,
};

export const framing = { kinds, marks, rests, setUp };
