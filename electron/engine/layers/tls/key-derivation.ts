/** Keys from passphrases (RFC 8018, RFC 7292 B, RFC 7914): how much work a file asks for, and the work itself. */
import { createHash, pbkdf2Sync, scryptSync } from 'node:crypto';
import { FailureError } from '../../../../shared/failure.ts';
import { elements, integerOf, octetsOf, oidOf, partsOf, tags, type Element } from './ber.ts';

/** Some seconds. Programs use 2,048 to a million, for up to three keys of a file. */
export const mostHashes = 6_000_000;
/** As much memory as OpenSSL itself allows scrypt. */
const mostMemory = 32 * 1024 * 1024;

/** Takes the work of one derivation from what is left to a file. */
export type Spend = (hashes: number) => void;

/** For all of one file together. What it gives throws KEY_DERIVATION_TOO_LONG when too much was asked for. */
export function derivationBudget(): Spend {
  let asked = 0;
  return (hashes) => {
    asked += hashes;
    if (asked <= mostHashes) return;
    throw new FailureError({ code: 'KEY_DERIVATION_TOO_LONG' });
  };
}

export const pbes2 = '2a864886f70d01050d';
const pbkdf2 = '2a864886f70d01050c';
const scrypt = '2b06010401da47040b';
/** Schemes of PKCS#12, by their last number. */
export const pkcs12Schemes = '2a864886f70d010c01';

/** In hashes: a key of PBKDF2 has up to two blocks, a key of PKCS#12 two and its start value one. Throws a RangeError. */
export function workOf(algorithm: Element | undefined): number {
  const [scheme, parameters] = partsOf(algorithm, tags.sequence);
  const name = oidOf(scheme);
  if (name === pbes2) return workOf(partsOf(parameters, tags.sequence)[0]);
  if (name === scrypt) {
    const [, cost, blocks, lanes] = partsOf(parameters).map((one, at) => (at === 0 ? 0 : integerOf(one)));
    const memory = 128 * cost! * blocks!;
    return memory > mostMemory ? Infinity : cost! * blocks! * lanes!;
  }
  const count = integerOf(partsOf(parameters, tags.sequence)[1]);
  return count * (name === pbkdf2 ? 2 : name.startsWith(pkcs12Schemes) ? 3 : 1);
}

/** Spends what a private key (PKCS#8 in DER) asks for; nothing where it is not locked, or not well formed. */
export function spendOnKey(der: Buffer, spend: Spend): void {
  let work = 0;
  try {
    const [algorithm] = partsOf(elements(der)[0], tags.sequence);
    if (algorithm?.tag === tags.sequence) work = workOf(algorithm);
  } catch {
    // Not well formed, which is for the library to say.
  }
  spend(work);
}

/** By PBKDF2 or scrypt, as `algorithm` says. Throws a RangeError for any other, and what `spend` throws. */
export function deriveKey(
  algorithm: Element | undefined,
  passphrase: string,
  length: number,
  spend: Spend,
): Buffer {
  const [scheme, parameters] = partsOf(algorithm, tags.sequence);
  spend(workOf(algorithm));
  const [salt, ...rest] = partsOf(parameters, tags.sequence);
  if (oidOf(scheme) === scrypt) {
    const [N, r, p] = rest.map(integerOf) as [number, number, number];
    return scryptSync(passphrase, octetsOf(salt), length, { N, r, p, maxmem: mostMemory + 1024 * 1024 });
  }
  if (oidOf(scheme) !== pbkdf2) throw new RangeError('The way from passphrase to key is not known.');
  const prf = rest.find(({ tag }) => tag === tags.sequence);
  const digest = prf === undefined ? 'sha1' : hmacDigest(oidOf(partsOf(prf)[0]));
  return pbkdf2Sync(passphrase, octetsOf(salt), integerOf(rest[0]), length, digest);
}

/** RFC 8018 B.1.2. */
export function hmacDigest(name: string): string {
  const digests = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'];
  const digest = name.startsWith('2a864886f70d02') ? digests[parseInt(name.slice(14), 16) - 7] : undefined;
  if (digest === undefined) throw new RangeError('The hash of the passphrase is not known.');
  return digest;
}

export const hash = (digest: string, bytes: Uint8Array): Buffer => createHash(digest).update(bytes).digest();

const bytesOfBlock = (digest: string): number => (/sha(384|512)/.test(digest) ? 128 : 64);

/** What a derivation of PKCS#12 is for (RFC 7292 B.3). */
export const purposes = { key: 1, start: 2, mac: 3 } as const;

/** RFC 7292 B.2. `password`: as `bmpString` makes it. It costs `count` hashes for each digest that `length` needs. */
export function pkcs12Derive(
  digest: string,
  purpose: number,
  password: Buffer,
  salt: Buffer,
  count: number,
  length: number,
): Buffer {
  const block = bytesOfBlock(digest);
  const filled = (bytes: Buffer): Buffer =>
    Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes.length === 0 ? 0 : bytes);
  const input = Buffer.concat([filled(salt), filled(password)]);
  const parts: Buffer[] = [];
  for (let made = 0; made < length;) {
    let part = hash(digest, Buffer.concat([Buffer.alloc(block, purpose), input]));
    for (let round = 1; round < count; round++) part = hash(digest, part);
    parts.push(part);
    made += part.length;
    for (let at = 0; at < input.length; at += block) addOne(input.subarray(at, at + block), part);
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** `number` += `part`, repeated to its length, + 1; the highest byte first. */
function addOne(number: Buffer, part: Buffer): void {
  let carry = 1;
  for (let at = number.length - 1; at >= 0; at--) {
    const sum = number[at]! + part[at % part.length]! + carry;
    number[at] = sum & 0xff;
    carry = sum >> 8;
  }
}

/** UTF-16 with the highest byte first, and a zero behind it (RFC 7292 B.1). */
export const bmpString = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le').swap16();
