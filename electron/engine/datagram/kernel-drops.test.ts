import { expect, it } from 'vitest';
import { dropsIn } from './kernel-drops.ts';

const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  512: 0100007F:2328 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 123456 2 0000000000000000 17
  513: 0100007F:2329 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 12345 2 0000000000000000 4
  514: 00000000:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 99 2 0000000000000000 -1
`;

it('reads the drops of the socket with this inode, and of no other', () => {
  expect(dropsIn(table, '123456')).toBe(17);
  expect(dropsIn(table, '12345')).toBe(4);
  expect(dropsIn(table, '1000')).toBeNull();
  expect(dropsIn(table, '7')).toBeNull();
  expect(dropsIn('', '12345')).toBeNull();
});

it('reads a count that has passed 2^31, which the kernel prints as negative', () => {
  expect(dropsIn(table, '99')).toBe(2 ** 32 - 1);
});
