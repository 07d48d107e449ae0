/** The examples of the Modbus Application Protocol 1.1b3, in TCP and with the CRC of a serial line. */
import type { Sample } from './sample.ts';

const specification = 'Modbus Application Protocol 1.1b3, section 6';

/** PDUs and what they say. */
const pdus: readonly (readonly [pdu: string, has: Sample['has'], hints?: Sample['hints']])[] = [
  [
    '0100130013',
    [
      ['address', 19],
      ['quantity', 19],
    ],
  ],
  [
    '0103cd6b05',
    [
      [0, '10110011'],
      [16, '10100000'],
    ],
    { from: 'server' },
  ],
  [
    '0200c40016',
    [
      ['address', 196],
      ['quantity', 22],
    ],
  ],
  ['0203acdb35', [['byte count', 3]], { from: 'server' }],
  [
    '03006b0003',
    [
      ['address', 107],
      ['quantity', 3],
    ],
  ],
  [
    '0306022b00000064',
    [
      [0, 555],
      [2, 100],
    ],
  ],
  [
    '0400080001',
    [
      ['address', 8],
      ['quantity', 1],
    ],
  ],
  ['0402000a', [[0, 10]]],
  [
    '0500acff00',
    [
      ['address', 172],
      ['value', 'on'],
    ],
  ],
  ['0500ac0000', [['value', 'off']]],
  [
    '0600010003',
    [
      ['address', 1],
      ['value', 3],
    ],
  ],
  ['07', [['function', 7]]],
  ['08000a', [['function', 8]]],
  [
    '0f0013000a02cd01',
    [
      ['address', 19],
      ['quantity', 10],
      [0, '10110011'],
    ],
  ],
  [
    '0f0013000a',
    [
      ['address', 19],
      ['quantity', 10],
    ],
  ],
  [
    '100001000204000a0102',
    [
      ['address', 1],
      [1, 10],
      [2, 258],
    ],
  ],
  ['1000010002', [['quantity', 2]]],
  ['11', [['function', 17]]],
  [
    '16000400f20025',
    [
      ['and mask', 242],
      ['or mask', 37],
    ],
  ],
  [
    '1700030006000e00030600ff00ff00ff',
    [
      ['read address', 3],
      ['write quantity', 3],
    ],
  ],
  ['170c00fe0acd00010003000d00ff', [[1, 2765]]],
  ['2b0e0100', [['function', 43]]],
  ['8302', [['exception', '2 illegal address']]],
  ['8104', [['exception', '4 server device failure']]],
  [
    '030841ac000041b60000',
    [
      [0, 21.5],
      [2, 22.75],
    ],
    { registers: 'f32' },
  ],
  [
    '0308000041ac000041b6',
    [
      [0, 21.5],
      [2, 22.75],
    ],
    { registers: 'f32-swapped' },
  ],
  ['0304fffffffe', [[0, -2]], { registers: 'i32' }],
  ['0304fffffffe', [[0, 4294967294]], { registers: 'u32' }],
  ['0304fffeffff', [[0, -2]], { registers: 'i32-swapped' }],
  [
    '0304fffe7fff',
    [
      [0, -2],
      [1, 32767],
    ],
    { registers: 'i16' },
  ],
];

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Written apart from the decoder: bit by bit. */
function withCrc(hex: string): string {
  const bytes = Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return hex + hexOf(Uint8Array.of(crc & 255, crc >> 8));
}

export const modbusTcpSamples: readonly Sample[] = pdus.map(([pdu, has, hints], at) => ({
  from: specification,
  hex: `${hexOf(Uint8Array.of(4, at, 0, 0, 0, pdu.length / 2 + 1, 17))}${pdu}`,
  has: [['unit', 17], ['transaction', 1024 + at], ...has],
  ...(hints && { hints }),
}));

export const modbusRtuSamples: readonly Sample[] = pdus.map(([pdu, has, hints]) => ({
  from: specification,
  hex: withCrc(`11${pdu}`),
  has: [['address', 17], ...has],
  ...(hints && { hints }),
}));
