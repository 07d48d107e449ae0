/** Frames as the library ws sends them, both ways; permessage-deflate with what went before. */
import type { Sample } from './sample.ts';

export const websocketSamples: readonly Sample[] = [
  {
    from: 'the library ws 8.23',
    hex: '81855b21c8701344a41c348199a57fa3d2de5dcca2874581a1d01dd0b1d716c1b7875381bbc15d99e5d88283c17a87f5c078788981d6ed4ce3a60184501fdb22366dba458084a75462c3ca310cb78a80a59df23088865c14dda15ffcb9ce3271',
    has: [
      ['op', 'subscribe'],
      ['id', 7],
      ['payload', 'Hello'],
      ['payload', '01 02 FF'],
      ['reason', 'done'],
      ['code', 1000],
      ['payload', 'frag'],
    ],
  },
  {
    from: 'the library ws 8.23',
    hex: '810b66726f6d20736572766572817e012c78787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787889008a0170880603e8646f6e65',
    has: [
      ['payload', 'from server'],
      [
        'payload',
        'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      ],
    ],
  },
  {
    from: 'the library ws 8.23',
    hex: '81855b21c8701344a41c34',
    has: [['length', 5]],
  },
  {
    from: 'the library ws 8.23',
    hex: '8199a57fa3d2de5dcca2874581a1d01dd0b1d716c1b7875381bbc15d99e5d8',
    has: [['length', 25]],
  },
  {
    from: 'the library ws 8.23',
    hex: '8283c17a87f5c07878',
    has: [['length', 3]],
  },
  {
    from: 'the library ws 8.23',
    hex: '8981d6ed4ce3a6',
    has: [['length', 1]],
  },
  {
    from: 'the library ws 8.23',
    hex: '0184501fdb22366dba45',
    has: [['length', 4]],
  },
  {
    from: 'the library ws 8.23, the end of a message',
    hex: '8084a75462c3ca310cb7',
    has: [['length', 4]],
  },
  {
    from: 'the library ws 8.23',
    hex: '8a80a59df230',
    has: [['length', 0]],
  },
  {
    from: 'the library ws 8.23',
    hex: '88865c14dda15ffcb9ce3271',
    has: [['length', 6]],
  },
  {
    from: 'the library ws 8.23',
    hex: '810b66726f6d20736572766572',
    has: [['length', 11]],
  },
  {
    from: 'the library ws 8.23',
    hex: '817e012c787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878',
    has: [['length', 300]],
  },
  {
    from: 'the library ws 8.23',
    hex: '8900',
    has: [['length', 0]],
  },
  {
    from: 'the library ws 8.23',
    hex: '8a0170',
    has: [['length', 1]],
  },
  {
    from: 'the library ws 8.23',
    hex: '880603e8646f6e65',
    has: [['length', 6]],
  },
  {
    from: 'the library ws 8.23, permessage-deflate',
    hex: 'c1bacc31e7a26667cd0c007c2d6d9d83b5d0b843b1709d1bcf68807fb210fe0333911960cd6b007cb2109e03d592fee2d2961804d1aafd0157a06f1942f8cc31c18b645a2c34ce9c89e12c95b0a43a5a2c88867ef7b83a7d1fdc551092',
    has: [
      ['price', 21.5],
      ['price', 22.75],
    ],
  },
  {
    from: 'the library ws 8.23, permessage-deflate',
    hex: 'c13aaa562aaecc4dcacf51b25272747256d2512a28ca4c4e55b23232d433d5512ac9cc4d55b25232323032d33534d43536083130b002a328a55a0000c10aaac6a1d5d09280460000c205621f260000880603e8646f6e65',
    has: [
      ['price', 21.5],
      ['price', 19],
      ['symbol', 'ABC'],
    ],
  },
  {
    from: 'RFC 6455, 5.7',
    hex: '810548656c6c6f',
    has: [['payload', 'Hello']],
  },
  {
    from: 'RFC 6455, 5.7',
    hex: '818537fa213d7f9f4d5158',
    has: [['payload', 'Hello']],
  },
  {
    from: 'RFC 6455, 5.7',
    hex: '010348656c80026c6f',
    has: [['payload', 'Hel']],
  },
  {
    from: 'RFC 6455, 5.7',
    hex: '890548656c6c6f',
    has: [['payload', 'Hello']],
  },
  {
    from: 'RFC 7692, 7.2.3.1',
    hex: 'c107f248cdc9c90700',
    has: [['payload', 'Hello']],
  },
  {
    from: 'RFC 7692, 7.2.3.1, two frames',
    hex: '4103f248cd8004c9c90700',
    has: [['payload', 'Hello']],
  },
  {
    from: 'RFC 7692, 7.2.3.2, with the window of the first',
    hex: 'c107f248cdc9c90700c105f200110000',
    has: [['payload', 'Hello']],
  },
  {
    from: 'RFC 7692, 7.2.3.3, a block that is not compressed',
    hex: 'c10b000500faff48656c6c6f00',
    has: [['payload', 'Hello']],
  },
];
