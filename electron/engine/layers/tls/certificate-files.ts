/** Reading certificate files: PEM (RFC 7468) and PKCS#12 (RFC 7292). Every mistake has its own code. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { CertificateFiles } from '../../../../shared/certificates.ts';
import { failureOf, FailureError } from '../../../../shared/failure.ts';
import { certificateInfo } from './certificate-info.ts';
import type { Identity } from './identity.ts';
import { derivationBudget, spendOnKey } from './key-derivation.ts';
import { openPkcs12, type Opened } from './pkcs12.ts';

type Files = Pick<CertificateFiles, 'certificate' | 'key' | 'passphrase'>;

const certificateBlock = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]+?-----END [^-]+-----/g;
const keyBlock = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----[\s\S]+?-----END [^-]+-----/;
const anyBlock = /-----BEGIN [^-]+-----/;
/** DER begins with a SEQUENCE of more than 127 bytes. */
const isDer = (bytes: Uint8Array): boolean => bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80;

/** `message`: of the library. */
const mistake = (code: string, message = ''): FailureError => new FailureError({ code, message });

/**
 * A certificate with its key, from PEM (in one file or two) or PKCS#12. Throws a `FailureError`: CERTIFICATE_MISSING,
 * CERTIFICATE_UNREADABLE, KEY_MISSING, KEY_UNREADABLE, KEY_MISMATCH, KEY_LOCKED, WRONG_PASSPHRASE,
 * CERTIFICATE_FILE_UNKNOWN (neither PEM nor PKCS#12), PKCS12_OUTDATED, KEY_DERIVATION_TOO_LONG. An expired one is taken:
 * its dates tell. May take seconds, so it is for a worker.
 */
export function readIdentity(files: Files): Identity {
  const text = Buffer.from(files.certificate).toString('latin1');
  if (!anyBlock.test(text)) return readBinary(files);
  const keyText = files.key === null ? text : Buffer.from(files.key).toString('latin1');
  const certificates = readCertificates(text);
  const key = readKey(keyText, files.passphrase);
  const leaf = certificates.find((one) => one.checkPrivateKey(key));
  if (leaf === undefined) throw mistake('KEY_MISMATCH');
  return identityOf(chainFrom(leaf, certificates), key);
}

function identityOf(certificates: X509Certificate[], key: KeyObject): Identity {
  const cert = certificates.map(String).join('');
  return {
    chain: certificates.map(certificateInfo),
    material: { cert, key: key.export({ type: 'pkcs8', format: 'pem' }).toString() },
  };
}

/** Trusted certificates from PEM, or one from DER. Throws as `readIdentity` does. */
export function readAuthority(certificate: Uint8Array): X509Certificate[] {
  const text = Buffer.from(certificate).toString('latin1');
  if (anyBlock.test(text)) return readCertificates(text);
  if (!isDer(certificate)) throw unknownFile();
  try {
    return [new X509Certificate(certificate)];
  } catch (error) {
    throw mistake('CERTIFICATE_MISSING', failureOf(error).message);
  }
}

function readCertificates(text: string): X509Certificate[] {
  const blocks = text.match(certificateBlock) ?? [];
  if (blocks.length === 0) throw mistake('CERTIFICATE_MISSING');
  return blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw mistake('CERTIFICATE_UNREADABLE', failureOf(error).message);
    }
  });
}

function readKey(text: string, passphrase: string): KeyObject {
  const block = keyBlock.exec(text)?.[0];
  if (block === undefined) throw mistake('KEY_MISSING');
  const isLocked = /ENCRYPTED/.test(block);
  if (isLocked && passphrase === '') throw mistake('KEY_LOCKED');
  // By what is in it, whatever the label says: the library looks no further either.
  const der = Buffer.from(block.replaceAll(/-----[^-]+-----/g, ''), 'base64');
  spendOnKey(der, derivationBudget());
  try {
    return createPrivateKey({ key: block, passphrase });
  } catch (error) {
    const { message } = failureOf(error);
    // A wrong passphrase decrypts to noise, which is mostly noticed by its padding and else by its form; OpenSSL then says
    // the same as of a cipher that it does not know. BoringSSL has fewer ways from passphrase to key, and says so.
    const isNoise = /DECODER routines::unsupported/.test(message) && isOfKnownCipher(der);
    if (isLocked && (isNoise || !/unsupported|unknown/i.test(message)))
      throw mistake('WRONG_PASSPHRASE', message);
    throw mistake('KEY_UNREADABLE', message);
  }
}

/** Object identifiers of AES-128, -192 and -256 in CBC mode and of triple DES, as PBES2 names them (RFC 8018 B.2). */
const knownCiphers = [
  '608648016503040102',
  '608648016503040116',
  '60864801650304012a',
  '2a864886f70d0307',
].map((hex) => Buffer.from(hex, 'hex'));
const isOfKnownCipher = (der: Buffer): boolean => knownCiphers.some((oid) => der.includes(oid));

function readBinary({ certificate, passphrase }: Files): Identity {
  const pfx = Buffer.from(certificate);
  if (!isDer(pfx)) throw unknownFile();
  if (isCertificate(pfx)) throw mistake('KEY_MISSING');
  const { certificates, keys } = opened(pfx, passphrase);
  if (certificates.length === 0) throw mistake('CERTIFICATE_MISSING');
  if (keys.length === 0) throw mistake('KEY_MISSING');
  for (const key of keys) {
    const leaf = certificates.find((one) => one.checkPrivateKey(key));
    if (leaf !== undefined) return identityOf(chainFrom(leaf, certificates), key);
  }
  throw mistake('KEY_MISMATCH');
}

function opened(pfx: Buffer, passphrase: string): Opened {
  try {
    return openPkcs12(pfx, passphrase, derivationBudget());
  } catch (error) {
    if (error instanceof FailureError) throw error;
    throw unknownFile(failureOf(error).message);
  }
}

/** The leaf, then who signed it, and so on, whatever their places in the file; others behind them. */
function chainFrom(leaf: X509Certificate, certificates: X509Certificate[]): X509Certificate[] {
  const rest = new Set(certificates.filter((one) => one !== leaf));
  const chain = [leaf];
  for (let last: X509Certificate | undefined = leaf; last !== undefined;) {
    const issued: X509Certificate = last;
    last = [...rest].find((one) => issued.checkIssued(one));
    if (last === undefined) break;
    rest.delete(last);
    chain.push(last);
  }
  return [...chain, ...rest];
}

function isCertificate(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).raw.length > 0;
  } catch {
    // Not a certificate, which is the answer.
    return false;
  }
}

const unknownFile = (message = ''): FailureError => mistake('CERTIFICATE_FILE_UNKNOWN', message);
