/** How often a locked key or PKCS#12 file has its passphrase hashed: OpenSSL does it to the end, on the thread of all sockets. */
import { FailureError } from '../../../shared/failure.ts';

/** About a second; programs use 2,048 to some hundred thousand. */
export const mostIterations = 2_000_000;

/** PBKDF2 (RFC 8018 A.2) and the schemes of PKCS#12 (RFC 7292 C), each followed by its salt and its count. */
const schemes = ['06092a864886f70d01050c', '060a2a864886f70d010c01'].map((oid) => Buffer.from(oid, 'hex'));
const [sequence, octets, integer] = [0x30, 0x04, 0x02];
const lastSchemeOf = 6;

/** Throws KEY_DERIVATION_TOO_LONG when DER in the clear asks for more. What is not well-formed is for OpenSSL to refuse. */
export function requireShortDerivation(der: Uint8Array): void {
  const bytes = Buffer.from(der.buffer, der.byteOffset, der.byteLength);
  for (const scheme of schemes)
    for (let at = bytes.indexOf(scheme); at >= 0; at = bytes.indexOf(scheme, at + 1))
      requireCount(countBehind(bytes, at + scheme.length));
  requireCount(countAtEnd(bytes));
}

/** SEQUENCE { OCTET STRING salt, INTEGER iterations, … } behind an object identifier. */
function countBehind(bytes: Buffer, end: number): number {
  // Those of PKCS#12 differ in their last number.
  const start = bytes[end]! <= lastSchemeOf && bytes[end + 1] === sequence ? end + 1 : end;
  return bytes[start] === sequence && bytes[start + 2] === octets ? countAt(bytes, start + 2) : 0;
}

/** The MAC of PKCS#12 (RFC 7292 4) stands last, and in it the salt and the count. */
function countAtEnd(bytes: Buffer): number {
  for (let at = Math.max(0, bytes.length - 160); at < bytes.length - 3; at++)
    if (bytes[at] === octets) {
      const count = at + 2 + bytes[at + 1]!;
      if (bytes[count] === integer && count + 2 + bytes[count + 1]! === bytes.length)
        return countAt(bytes, at);
    }
  return 0;
}

/** `at`: of an OCTET STRING of less than 128 bytes. */
function countAt(bytes: Buffer, at: number): number {
  const start = at + 2 + bytes[at + 1]!;
  if (bytes[start] !== integer) return 0;
  const digits = bytes.subarray(start + 2, start + 2 + bytes[start + 1]!);
  return digits.reduce((value, digit) => value * 256 + digit, 0);
}

function requireCount(iterations: number): void {
  if (iterations <= mostIterations) return;
  const message = `The passphrase would be hashed ${iterations} times; ${mostIterations} is the most.`;
  throw new FailureError({ code: 'KEY_DERIVATION_TOO_LONG', message, subject: '' });
}
