/** Reading certificate files: PEM (RFC 7468) and PKCS#12 (RFC 7292). Every mistake has its own code. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { CertificateFiles } from '../../../shared/certificates.ts';
import { failureOf, FailureError } from '../../../shared/failure.ts';
import { certificateInfo } from './certificate-info.ts';
import type { Identity } from './identity.ts';
import { requireShortDerivation } from './key-derivation.ts';
import { chainOfPkcs12 } from './pkcs12-chain.ts';
import { keysOfPkcs12 } from './pkcs12-key.ts';

type Files = Pick<CertificateFiles, 'certificate' | 'key' | 'passphrase'>;

const certificateBlock = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]+?-----END [^-]+-----/g;
const keyBlock = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----[\s\S]+?-----END [^-]+-----/;
const anyBlock = /-----BEGIN [^-]+-----/;
/** DER begins with a SEQUENCE of more than 127 bytes. */
const isDer = (bytes: Uint8Array): boolean => bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80;

const mistake = (code: string, message: string): FailureError =>
  new FailureError({ code, message, subject: '' });

/**
 * A certificate with its key, from PEM (in one file or two) or PKCS#12. Throws a `FailureError`: CERTIFICATE_MISSING,
 * CERTIFICATE_UNREADABLE, KEY_MISSING, KEY_UNREADABLE, KEY_MISMATCH, KEY_LOCKED, WRONG_PASSPHRASE,
 * CERTIFICATE_FILE_UNKNOWN (neither PEM nor PKCS#12), PKCS12_OUTDATED, PKCS12_KEY_HIDDEN, KEY_DERIVATION_TOO_LONG. An
 * expired one is taken: its dates tell.
 */
export async function readIdentity(files: Files): Promise<Identity> {
  const text = Buffer.from(files.certificate).toString('latin1');
  if (!anyBlock.test(text)) return readBinary(files);
  const keyText = files.key === null ? text : Buffer.from(files.key).toString('latin1');
  const certificates = readCertificates(text);
  const key = readKey(keyText, files.passphrase);
  const leaf = certificates.find((one) => one.checkPrivateKey(key));
  if (leaf === undefined) throw mistake('KEY_MISMATCH', 'The key does not belong to the certificate.');
  // The leaf goes first, whatever place it has in the file.
  return identityOf([leaf, ...certificates.filter((one) => one !== leaf)], key);
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
    throw mistake(
      'CERTIFICATE_MISSING',
      `There is no certificate in this file (${failureOf(error).message}).`,
    );
  }
}

function readCertificates(text: string): X509Certificate[] {
  const blocks = text.match(certificateBlock) ?? [];
  if (blocks.length === 0) throw mistake('CERTIFICATE_MISSING', 'There is no certificate in this file.');
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
  if (block === undefined) throw mistake('KEY_MISSING', 'There is no private key in the file.');
  const isLocked = /ENCRYPTED/.test(block);
  if (isLocked && passphrase === '') throw mistake('KEY_LOCKED', 'The private key needs its passphrase.');
  if (isLocked) requireShortDerivation(Buffer.from(block.replaceAll(/-----[^-]+-----/g, ''), 'base64'));
  try {
    return createPrivateKey({ key: block, passphrase });
  } catch (error) {
    const { message } = failureOf(error);
    // A wrong passphrase decrypts to noise, which is mostly noticed by its padding and else by its form.
    if (isLocked) throw mistake('WRONG_PASSPHRASE', message);
    throw mistake('KEY_UNREADABLE', message);
  }
}

async function readBinary({ certificate, key: keyFile, passphrase }: Files): Promise<Identity> {
  const pfx = Buffer.from(certificate);
  if (!isDer(pfx)) throw unknownFile();
  requireShortDerivation(pfx);
  try {
    createSecureContext({ pfx, passphrase });
  } catch (error) {
    throw pkcs12Mistake(pfx, keyFile !== null, passphrase, failureOf(error).message);
  }
  const certificates = await chainOfPkcs12(pfx, passphrase);
  const key = pkcs12Keys(pfx, passphrase).find((one) => certificates[0]?.checkPrivateKey(one));
  if (key === undefined)
    throw mistake('PKCS12_KEY_HIDDEN', 'The key lies in a part that Node does not open.');
  return identityOf(certificates, key);
}

/** Taken out, because OpenSSL would trust whatever authority lies in a file that it gets whole. */
function pkcs12Keys(pfx: Buffer, passphrase: string): KeyObject[] {
  try {
    return keysOfPkcs12(pfx, passphrase);
  } catch {
    // OpenSSL has opened it, so it is well-formed in a way that is not known here.
    return [];
  }
}

function pkcs12Mistake(pfx: Buffer, hasKey: boolean, passphrase: string, message: string): FailureError {
  if (/mac verify failure|bad decrypt|cipherfinal/i.test(message))
    return passphrase === ''
      ? mistake('KEY_LOCKED', 'The PKCS#12 file needs its passphrase.')
      : mistake('WRONG_PASSPHRASE', message);
  if (/private key/i.test(message)) return mistake('KEY_MISSING', message);
  if (/certificate/i.test(message)) return mistake('CERTIFICATE_MISSING', message);
  if (/unsupported/i.test(message)) return mistake('PKCS12_OUTDATED', message);
  return isCertificate(pfx)
    ? mistake(
        'KEY_MISSING',
        `A certificate in DER form${hasKey ? ', which needs to be PEM' : ' without a key'}.`,
      )
    : unknownFile(message);
}

function isCertificate(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).raw.length > 0;
  } catch {
    // Not a certificate, which is the answer.
    return false;
  }
}

const unknownFile = (message = ''): FailureError =>
  mistake('CERTIFICATE_FILE_UNKNOWN', `This is neither PEM nor PKCS#12${message && ` (${message})`}.`);
