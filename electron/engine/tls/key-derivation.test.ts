import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { readIdentity } from './certificate-files.ts';
import { mostIterations, requireShortDerivation } from './key-derivation.ts';
import { makeLeaf, makeLocalAuthority } from './local-authority.ts';

const count = (iterations: number): string => {
  const hex = iterations.toString(16).padStart(8, '0');
  return `0204${hex}`;
};
const pbkdf2 = (iterations: number): Buffer =>
  Buffer.from(`06092a864886f70d01050c30100408${'ab'.repeat(8)}${count(iterations)}ffff`, 'hex');
const pkcs12Scheme = (iterations: number): Buffer =>
  Buffer.from(`060a2a864886f70d010c010330100408${'ab'.repeat(8)}${count(iterations)}ffff`, 'hex');
const mac = (iterations: number): Buffer =>
  Buffer.from(`30310000000414${'cd'.repeat(20)}0414${'ab'.repeat(20)}${count(iterations)}`, 'hex');

test.each([
  ['PBKDF2', pbkdf2],
  ['a scheme of PKCS#12', pkcs12Scheme],
  ['the MAC of PKCS#12', mac],
])('a file whose passphrase would be hashed for hours is refused before it is tried: %s', (_, make) => {
  expect(() => requireShortDerivation(make(mostIterations))).not.toThrow();
  expect(() => requireShortDerivation(make(0x7fffffff))).toThrow(
    expect.objectContaining({ code: 'KEY_DERIVATION_TOO_LONG' }) as Error,
  );
});

test('bytes that are cut off or no DER are left to OpenSSL', () => {
  for (const make of [pbkdf2, pkcs12Scheme, mac])
    for (let length = 0; length < 40; length++)
      expect(() => requireShortDerivation(make(1).subarray(0, length))).not.toThrow();
});

test('a locked key with an endless count is refused, and one as Node makes it is read', async () => {
  const authority = await makeLocalAuthority('here');
  const { cert, key } = await makeLeaf(authority, ['localhost'], 'ec');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const locked = privateKey.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'x' });
  const slow = Buffer.from(locked.toString('hex').replace('02020800', '02047fffffff'), 'hex');
  expect(slow.length).toBe(locked.length + 2);
  const pem = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${slow.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
  const read = (keyText: string) =>
    readIdentity({ certificate: Buffer.from(cert), key: Buffer.from(keyText), passphrase: 'x' });
  await expect(read(pem)).rejects.toMatchObject({ code: 'KEY_DERIVATION_TOO_LONG' });
  await expect(read(key)).resolves.toMatchObject({ material: {} });
  const file = Buffer.concat([Buffer.from('3082ffff', 'hex'), mac(0x7fffffff)]);
  await expect(readIdentity({ certificate: file, key: null, passphrase: '' })).rejects.toMatchObject({
    code: 'KEY_DERIVATION_TOO_LONG',
  });
});
