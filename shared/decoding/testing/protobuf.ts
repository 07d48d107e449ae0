/** Messages as the library protobufjs writes them, and what it was told to write. */
import type { Sample } from './sample.ts';

export const protobufSamples: readonly Sample[] = [
  {
    from: 'protobufjs 8.8.1',
    hex: '0a034164611096011a0f616461406578616d706c652e6f7267',
    has: [
      [1, 'Ada'],
      [2, 150],
      [3, 'ada@example.org'],
    ],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '1001',
    has: [[2, 1]],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '10ffffffffffffffffff01',
    has: [[2, -1]],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '0a0774657374696e67',
    has: [[1, 'testing']],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '2206038e029ea705',
    has: [['value', '03 8E 02 9E A7 05']],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '0a01782a090a0547726163651002',
    has: [
      [1, 'Grace'],
      [2, 2],
    ],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '310000000000803540',
    has: [[6, '21.5 / 4626744929681408000']],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '3d67120000',
    has: [],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '4203fffe00',
    has: [['value', 'FF FE 00']],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '4801',
    has: [[9, 1]],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '5003',
    has: [[10, 3]],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '5a050a016110015a050a01621002',
    has: [
      [1, 'a'],
      [2, 2],
    ],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '650000ac41',
    has: [[12, '21.5 / 1101791232']],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '68ffffffffffffffefff01',
    has: [[13, '-9007199254740993']],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '688180808080808010',
    has: [[13, '9007199254740993']],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '710100000000000000',
    has: [[14, '5e-324 / 1']],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '1007',
    has: [[2, 7]],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '0a08c3bce6bca2e5ad971a0a6d756c74690a6c696e65',
    has: [
      [1, 'ü漢字'],
      [3, 'multi\nline'],
    ],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '2a0a2a082a060a0464656570',
    has: [[1, 'deep']],
  },
  {
    from: 'protobufjs 8.8.1',
    hex: '0aac02616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161',
    has: [
      [
        1,
        'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      ],
    ],
  },
];
