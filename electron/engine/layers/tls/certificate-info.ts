/** Certificates as the app shows them. What they say comes from whoever made them: lengths are bounded. */
import { X509Certificate, type KeyObject } from 'node:crypto';
import type { DetailedPeerCertificate } from 'node:tls';
import type { CertificateInfo } from '../../../../shared/certificates.ts';

/** More than any chain that a TLS stack accepts (OpenSSL: 100, in practice 4). */
const longestChain = 16;
const longestText = 1000;
const mostNames = 200;

const bounded = (text: string): string =>
  text.length > longestText ? `${text.slice(0, longestText)}…` : text;

/** Facts of one certificate (RFC 5280). */
export function certificateInfo(certificate: X509Certificate): CertificateInfo {
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    alternativeNames: alternativeNames(certificate.subjectAltName),
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
    serialNumber: bounded(certificate.serialNumber),
    fingerprint: certificate.fingerprint256,
    key: keyText(certificate),
    isAuthority: certificate.ca,
  };
}

/** The chain that a peer showed, the leaf first; empty where it showed none. Certificates that cannot be read are left out. */
export const chainInfo = (leaf: PeerLeaf): CertificateInfo[] => chainOf(leaf).map(certificateInfo);

/** `socket.getPeerCertificate(true)`: an empty object where the peer showed none. */
type PeerLeaf = Partial<DetailedPeerCertificate> | null;

export function chainOf(leaf: PeerLeaf): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<unknown>();
  let next: PeerLeaf = leaf;
  while (next?.raw && !seen.has(next) && seen.size < longestChain) {
    seen.add(next);
    try {
      chain.push(new X509Certificate(next.raw));
    } catch {
      // Node's parser took it for the handshake and X509Certificate does not: the rest of the chain still tells something.
    }
    next = next.issuerCertificate ?? null;
  }
  return chain;
}

/** X509Certificate gives a line per part. */
const nameOf = (name: string | undefined): string => bounded((name ?? '').split('\n').join(', '));

/** `DNS:a, IP Address:::1`; a name with a comma or quote in it is a JSON string (CVE-2021-44532). */
function alternativeNames(text: string | undefined): string[] {
  const parts = (text ?? '').match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
  return parts.slice(0, mostNames).map((part) => bounded(part.trim()));
}

const curves: Partial<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

function keyText(certificate: X509Certificate): string {
  let key: KeyObject;
  try {
    key = certificate.publicKey;
  } catch {
    // A kind of key that this OpenSSL does not know.
    return '';
  }
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const kind = (key.asymmetricKeyType ?? '').toUpperCase();
  const size = modulusLength ?? (namedCurve === undefined ? '' : (curves[namedCurve] ?? namedCurve));
  return `${kind} ${size}`.trim();
}
