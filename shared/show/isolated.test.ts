import { expect, test } from 'vitest';
import { isolated } from './isolated.ts';

test('a name with letters from right to left is isolated, and any other stays as it is', () => {
  for (const name of ['שלום', 'plc مضخة 7', 'ﷺ']) expect(isolated(name)).toBe(`\u2068${name}\u2069`);
  for (const name of ['', 'plc-7', '设备-7', '127.0.0.1:80', 'Ünï']) expect(isolated(name)).toBe(name);
});
