import { createCipheriv, createPrivateKey, generateKeyPairSync, pbkdf2Sync } from 'node:crypto';
import { expect, test } from 'vitest';
import { readIdentity } from './certificate-files.ts';
import { derivationBudget, mostHashes, spendOnKey } from './key-derivation.ts';
import { openPkcs12 } from './pkcs12.ts';
import { testLeaf } from '../../testing/tls-kit.ts';

const der = (tag: number, ...contents: Buffer[]): Buffer => {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...contents: Buffer[]): Buffer => der(0x30, ...contents);
const octets = (content: Buffer): Buffer => der(0x04, content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const integer = (value: number): Buffer =>
  der(0x02, Buffer.from(value.toString(16).padStart(10, '0'), 'hex'));

const salt = Buffer.alloc(8, 7);
const start = Buffer.alloc(16, 9);
const pbes2 = (derivation: Buffer): Buffer =>
  sequence(
    oid('2a864886f70d01050d'),
    sequence(derivation, sequence(oid('60864801650304012a'), octets(start))),
  );
const pbkdf2 = (count: number): Buffer =>
  pbes2(sequence(oid('2a864886f70d01050c'), sequence(octets(salt), integer(count))));
const scrypt = (cost: number, blocks: number, lanes: number): Buffer =>
  pbes2(sequence(oid('2b06010401da47040b'), sequence(octets(salt), ...[cost, blocks, lanes].map(integer))));
const scheme = (last: string, count: number): Buffer =>
  sequence(oid(`2a864886f70d01${last}`), sequence(octets(salt), integer(count)));
const lockedKey = (algorithm: Buffer): Buffer => sequence(algorithm, octets(Buffer.alloc(64, 1)));

const tooLong = expect.objectContaining({ code: 'KEY_DERIVATION_TOO_LONG' }) as Error;

test.each<[string, (count: number) => Buffer, number]>([
  ['PBKDF2', pbkdf2, mostHashes / 2],
  ['a scheme of PKCS#12', (count) => scheme('0c0103', count), mostHashes / 3],
  ['a scheme of PKCS#5', (count) => scheme('0503', count), mostHashes],
  ['scrypt, by its lanes', (count) => scrypt(16384, 8, count), 45],
  ['scrypt, by its memory', (count) => scrypt(1024, count, 1), 256],
])('a locked key that asks for too much is refused before it is tried: %s', (_, algorithm, most) => {
  expect(() => spendOnKey(lockedKey(algorithm(most)), derivationBudget())).not.toThrow();
  expect(() => spendOnKey(lockedKey(algorithm(most + 1)), derivationBudget())).toThrow(tooLong);
  expect(() => spendOnKey(lockedKey(algorithm(0xffffffffff)), derivationBudget())).toThrow(tooLong);
});

test('what is cut off, in the clear or no key at all costs nothing, and is for the library to refuse', () => {
  const whole = lockedKey(pbkdf2(mostHashes));
  for (let length = 0; length < whole.length; length++)
    expect(() => spendOnKey(whole.subarray(0, length), derivationBudget())).not.toThrow();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const clear = privateKey.export({ type: 'pkcs8', format: 'der' });
  expect(() => spendOnKey(clear, derivationBudget())).not.toThrow();
  const deep = Buffer.from('3080'.repeat(50_000), 'hex');
  expect(() => spendOnKey(deep, derivationBudget())).not.toThrow();
  expect(() => openPkcs12(deep, '', derivationBudget())).toThrow(RangeError);
});

test('a PEM key is looked into whatever its label says, and one as Node makes it is read', async () => {
  const { cert, key } = await testLeaf();
  const read = (keyText: string) =>
    readIdentity({ certificate: Buffer.from(cert), key: Buffer.from(keyText), passphrase: 'x' });
  for (const label of ['ENCRYPTED PRIVATE KEY', 'PRIVATE KEY', 'EC PRIVATE KEY', 'OWN PRIVATE KEY']) {
    const lines = lockedKey(pbkdf2(0x7fffffff)).toString('base64');
    expect(() => read(`-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`)).toThrow(tooLong);
  }
  const locked = createPrivateKey(key).export({
    ...({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const),
  });
  expect(read(locked.toString())).toMatchObject({ material: {} });
  expect(read(key)).toMatchObject({ material: {} });
});

test('a count that is hidden in a locked part of a PKCS#12 file is found before it is done', () => {
  const key = lockedKey(pbkdf2(0x7fffffff));
  const safe = sequence(sequence(oid('2a864886f70d010c0a0102'), der(0xa0, key)));
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync('x', salt, 1, 32, 'sha1'), start);
  const hidden = Buffer.concat([cipher.update(safe), cipher.final()]);
  const data = oid('2a864886f70d010701');
  const locked = sequence(
    oid('2a864886f70d010706'),
    der(0xa0, sequence(integer(0), sequence(data, pbkdf2(1), der(0x80, hidden)))),
  );
  const file = sequence(integer(3), sequence(data, der(0xa0, octets(sequence(locked)))));
  expect(() => openPkcs12(file, 'x', derivationBudget())).toThrow(tooLong);
  expect(() => openPkcs12(file, 'y', derivationBudget())).toThrow(
    expect.objectContaining({ code: 'WRONG_PASSPHRASE' }) as Error,
  );
});
