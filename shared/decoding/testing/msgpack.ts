/** MessagePack: a value of each form, by hand from its specification. The library is the oracle in a test of its own. */
import type { NodeValue } from '../decoded.ts';
import type { Sample } from './sample.ts';

const one = (hex: string, value: NodeValue, name: string | number = 0): Sample => ({
  from: 'MessagePack specification',
  hex,
  has: [[name, value]],
});

export const msgpackSamples: readonly Sample[] = [
  ...[one('00', 0), one('7f', 127), one('ff', -1), one('e0', -32), one('cc80', 128), one('cd0100', 256)],
  ...[
    one('ce00010000', 65536),
    one('cf0000000100000000', 4294967296),
    one('cfffffffffffffffff', '18446744073709551615'),
  ],
  ...[
    one('d0df', -33),
    one('d1ff7f', -129),
    one('d2ffff7fff', -32769),
    one('d3ffffffff7fffffff', -2147483649),
  ],
  ...[
    one('c0', null),
    one('c2', false),
    one('c3', true),
    one('ca3fc00000', 1.5),
    one('cb3ff199999999999a', 1.1),
  ],
  ...[
    one('a0', ''),
    one('a2c3bc', 'ü'),
    one('d903616263', 'abc'),
    one('da0001 61'.replace(' ', ''), 'a'),
    one('db0000000161', 'a'),
  ],
  ...[
    one('c4020102', '01 02'),
    one('c50001ff', 'FF'),
    one('d40501', 'ext 5 01'),
    one('d6ff5c2aad80', '2019-01-01T00:00:00.000Z'),
  ],
  ...[
    one('930102a161', '[3]'),
    one('93010 2a161'.replace(' ', ''), 'a', 2),
    one('82a161 01a16290'.replace(' ', ''), 1, 'a'),
  ],
  ...[
    one('dc0002c0c3', '[2]'),
    one('de0001a178cb4035800000000000', 21.5, 'x'),
    one('c70205 0102'.replace(' ', ''), 'ext 5 01 02'),
  ],
  one('82a7636f6d70616374c3a6736368656d6100', true, 'compact'),
];
