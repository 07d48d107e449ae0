/** Opening PKCS#12 files (RFC 7292): Node uses them and gives nobody what is in them, and it hashes without a bound. */
import { createDecipheriv, createHmac, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { FailureError } from '../../../../shared/failure.ts';
import { elements, first, integerOf, octetsOf, oidOf, partsOf, tags, type Element } from './ber.ts';
import {
  bmpString,
  derivationBudget,
  deriveKey,
  hash,
  hmacDigest,
  pbes2,
  pkcs12Derive,
  pkcs12Schemes,
  purposes,
  workOf,
  type Spend,
} from './key-derivation.ts';

const data = '2a864886f70d010701';
const encryptedData = '2a864886f70d010706';
const pbmac1 = '2a864886f70d01050e';
const bagTypes = '2a864886f70d010c0a01';
const bags = {
  key: `${bagTypes}01`,
  lockedKey: `${bagTypes}02`,
  certificate: `${bagTypes}03`,
  safe: `${bagTypes}06`,
};
const x509 = '2a864886f70d01091601';
/** Safes inside safes; programs make none. */
const mostSafes = 8;

export type Opened = { certificates: X509Certificate[]; keys: KeyObject[] };
/** `bmp`: for the schemes of PKCS#12 itself. */
type Passphrase = { text: string; bmp: Buffer };

/**
 * All that is in the file. Throws a `FailureError`: WRONG_PASSPHRASE, KEY_LOCKED (it needs one), PKCS12_OUTDATED (a cipher
 * or hash that this Node has not), and what `spend` throws; a RangeError where the file is not well formed.
 */
export function openPkcs12(pfx: Buffer, passphrase: string, spend: Spend): Opened {
  const [, authSafe, mac] = partsOf(first(pfx), tags.sequence);
  const safe = octetsOf(contentOf(authSafe, data));
  const parts = partsOf(first(safe), tags.sequence);
  requireAffordable(parts, mac);
  const found = passphraseOf(mac, safe, passphrase, spend);
  const opened: Opened = { certificates: [], keys: [] };
  const into = (bag: Element, depth: number): void => {
    const [type, value] = partsOf(bag, tags.sequence);
    const [inner] = partsOf(value);
    const name = oidOf(type);
    if (name === bags.key) opened.keys.push(privateKey(inner!.whole));
    else if (name === bags.lockedKey) opened.keys.push(privateKey(unlockedKey(inner, found, spend)));
    else if (name === bags.certificate) opened.certificates.push(...certificateIn(inner));
    else if (name === bags.safe && depth > 0) for (const one of partsOf(inner)) into(one, depth - 1);
  };
  for (const part of parts)
    for (const bag of partsOf(first(contents(part, found, spend)), tags.sequence)) into(bag, mostSafes);
  return opened;
}

/** Before any of it is done, by what can be seen from outside; what lies in locked parts is spent when it is found. */
function requireAffordable(parts: Element[], mac: Element | undefined): void {
  const spend = derivationBudget();
  if (mac !== undefined) spend(countOf(partsOf(mac)[2]));
  for (const part of parts) {
    if (oidOf(partsOf(part, tags.sequence)[0]) !== data) spend(workOf(lockedParts(part)[1]));
    else
      for (const bag of partsOf(first(octetsOf(contentOf(part, data))), tags.sequence)) {
        const [type, value] = partsOf(bag, tags.sequence);
        if (oidOf(type) === bags.lockedKey) spend(workOf(partsOf(partsOf(value)[0])[0]));
      }
  }
}

/** Of the check value: once is the default. */
const countOf = (element: Element | undefined): number => (element === undefined ? 1 : integerOf(element));

/** Type, algorithm and bytes of a locked part. */
const lockedParts = (info: Element): Element[] =>
  partsOf(partsOf(contentOf(info, encryptedData), tags.sequence)[1], tags.sequence);

/** Of a ContentInfo (RFC 5652 3). */
function contentOf(info: Element | undefined, type: string): Element {
  const [name, value] = partsOf(info, tags.sequence);
  if (oidOf(name) !== type || value === undefined)
    throw new RangeError('It is protected in a way that is not known.');
  return first(value.content);
}

function contents(info: Element, passphrase: Passphrase, spend: Spend): Buffer {
  const type = oidOf(partsOf(info, tags.sequence)[0]);
  if (type === data) return octetsOf(contentOf(info, data));
  const [, algorithm, value] = lockedParts(info);
  if (value === undefined) throw new RangeError('A locked part is empty.');
  // [0] IMPLICIT OCTET STRING, in one or in parts.
  const bytes =
    (value.tag & 0x20) === 0
      ? value.content
      : Buffer.concat(elements(value.content).map((one) => octetsOf(one)));
  return decrypt(algorithm, bytes, passphrase, spend);
}

function unlockedKey(bag: Element | undefined, passphrase: Passphrase, spend: Spend): Buffer {
  const [algorithm, bytes] = partsOf(bag, tags.sequence);
  return decrypt(algorithm, octetsOf(bytes), passphrase, spend);
}

const privateKey = (der: Buffer): KeyObject => {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw new FailureError({
      code: 'KEY_UNREADABLE',
      message: String((error as Error).message),
      subject: '',
    });
  }
};

/** Certificates of other kinds are left out. */
function certificateIn(bag: Element | undefined): X509Certificate[] {
  const [type, value] = partsOf(bag, tags.sequence);
  if (oidOf(type) !== x509 || value === undefined) return [];
  try {
    return [new X509Certificate(octetsOf(first(value.content)))];
  } catch (error) {
    const message = String((error as Error).message);
    throw new FailureError({ code: 'CERTIFICATE_UNREADABLE', message, subject: '' });
  }
}

/** By the check value of the file; without one, whatever opens it. An empty passphrase has two forms. */
function passphraseOf(mac: Element | undefined, safe: Buffer, text: string, spend: Spend): Passphrase {
  const forms = (text === '' ? [Buffer.alloc(0), bmpString('')] : [bmpString(text)]).map((bmp) => ({
    text,
    bmp,
  }));
  if (mac === undefined) return forms.at(-1)!;
  const [info, saltElement, countElement] = partsOf(mac, tags.sequence);
  const [algorithm, value] = partsOf(info, tags.sequence);
  const salt = octetsOf(saltElement);
  const count = countOf(countElement);
  const fits = ({ bmp }: Passphrase): boolean =>
    macOf(algorithm, safe, { text, bmp }, { salt, count }, spend).equals(octetsOf(value));
  return forms.find(fits) ?? refuse(text);
}

function macOf(
  algorithm: Element | undefined,
  safe: Buffer,
  { text, bmp }: Passphrase,
  { salt, count }: { salt: Buffer; count: number },
  spend: Spend,
): Buffer {
  const [type, parameters] = partsOf(algorithm, tags.sequence);
  const name = oidOf(type);
  if (name === pbmac1) {
    // RFC 9579.
    const [derivation, hmac] = partsOf(parameters, tags.sequence);
    const digest = hmacDigest(oidOf(partsOf(hmac, tags.sequence)[0]));
    const key = deriveKey(derivation, text, lengthOf(digest), spend);
    return createHmac(digest, key).update(safe).digest();
  }
  const digest = digests[name];
  if (digest === undefined) throw outdated('Its check value is made by a hash that is not known.');
  spend(count);
  const key = pkcs12Derive(digest, purposes.mac, bmp, salt, count, lengthOf(digest));
  return createHmac(digest, key).update(safe).digest();
}

const lengthOf = (digest: string): number => hash(digest, Buffer.alloc(0)).length;

const digests: Partial<Record<string, string>> = {
  '2b0e03021a': 'sha1',
  '608648016503040204': 'sha224',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};
type Cipher = { name: string; key: number; start: number };
const ciphers: Partial<Record<string, Cipher>> = {
  '60864801650304012a': { name: 'aes-256-cbc', key: 32, start: 16 },
  '608648016503040116': { name: 'aes-192-cbc', key: 24, start: 16 },
  '608648016503040102': { name: 'aes-128-cbc', key: 16, start: 16 },
  '2a864886f70d0307': { name: 'des-ede3-cbc', key: 24, start: 8 },
  [`${pkcs12Schemes}01`]: { name: 'rc4', key: 16, start: 0 },
  [`${pkcs12Schemes}02`]: { name: 'rc4-40', key: 5, start: 0 },
  [`${pkcs12Schemes}03`]: { name: 'des-ede3-cbc', key: 24, start: 8 },
  [`${pkcs12Schemes}04`]: { name: 'des-ede-cbc', key: 16, start: 8 },
  [`${pkcs12Schemes}05`]: { name: 'rc2-cbc', key: 16, start: 8 },
  [`${pkcs12Schemes}06`]: { name: 'rc2-40-cbc', key: 5, start: 8 },
};

function decrypt(
  algorithm: Element | undefined,
  bytes: Buffer,
  { text, bmp }: Passphrase,
  spend: Spend,
): Buffer {
  const [scheme, parameters] = partsOf(algorithm, tags.sequence);
  const name = oidOf(scheme);
  const [derivation, encryption] = partsOf(parameters, tags.sequence);
  const isModern = name === pbes2;
  const [cipherName, startElement] = isModern ? partsOf(encryption, tags.sequence) : [];
  const cipher = ciphers[isModern ? oidOf(cipherName) : name];
  if (cipher === undefined) throw outdated('It is locked by a cipher that is not known.');
  // Looked for before the work is done.
  const decipher = (key: Buffer, start: Buffer | null) => {
    try {
      return createDecipheriv(cipher.name, key, start);
    } catch (error) {
      throw outdated(String((error as Error).message));
    }
  };
  decipher(Buffer.alloc(cipher.key), cipher.start === 0 ? null : Buffer.alloc(cipher.start));
  let key: Buffer;
  let start: Buffer;
  if (isModern) {
    key = deriveKey(derivation, text, cipher.key, spend);
    start = octetsOf(startElement);
  } else {
    const [salt, count] = [octetsOf(derivation), integerOf(encryption)];
    spend(count * 3);
    key = pkcs12Derive('sha1', purposes.key, bmp, salt, count, cipher.key);
    start = pkcs12Derive('sha1', purposes.start, bmp, salt, count, cipher.start);
  }
  const opening = decipher(key, cipher.start === 0 ? null : start);
  try {
    return Buffer.concat([opening.update(bytes), opening.final()]);
  } catch {
    // Noise at its end is how a wrong passphrase is noticed.
    return refuse(text);
  }
}

const outdated = (message: string): FailureError =>
  new FailureError({ code: 'PKCS12_OUTDATED', message, subject: '' });

function refuse(passphrase: string): never {
  throw new FailureError({ code: passphrase === '' ? 'KEY_LOCKED' : 'WRONG_PASSPHRASE' });
}
