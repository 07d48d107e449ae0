import { expect, it } from 'vitest';
import { isPrivateAddress } from './private-address.ts';

it.each([
  '10.0.0.1',
  '172.16.0.1:80',
  '172.31.255.255',
  '192.168.1.20:9100',
  '169.254.1.1',
  '100.64.0.1',
  '100.127.0.1',
  'fd00::1',
  '[fd12:3456::1]:80',
  'fe80::1%en0',
  '[fe80::1%en0]:80',
  'printer.local:9100',
  'Printer.Local.',
])('knows %s as an address of one’s own network', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

it.each([
  '127.0.0.1:80',
  'localhost',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '100.63.0.1',
  '100.128.0.1',
  '8.8.8.8',
  '::1',
  '[2001:db8::1]:80',
  'fedora.example:80',
  'fd.example',
  'local.example:80',
  '/tmp/demo.local/socket',
  '',
])('does not take %s for one', (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});
