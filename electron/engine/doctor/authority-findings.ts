/** About a server whose certificate was refused. */
import type { CertificateInfo, StoredCertificate } from '../../../shared/certificates.ts';
import type { Finding } from '../../../shared/network-facts.ts';

/** What another authority could mend: dates and names are wrong whoever is trusted. */
export const untrustedCodes: ReadonlySet<string> = new Set([
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'CERT_UNTRUSTED'],
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
]);

/**
 * The authority of the store that seems to have signed the chain, by its name: whether it did is seen when it is trusted.
 * `trusted`: the id of the one that was.
 */
export function findAuthority(
  chain: readonly CertificateInfo[],
  trusted: string,
  kept: readonly StoredCertificate[],
): Finding[] {
  const issuers = new Set(chain.map(({ issuer }) => issuer));
  const signed = ({ kind, id, chain: own }: StoredCertificate): boolean =>
    kind === 'authority' && id !== trusted && own.some(({ subject }) => issuers.has(subject));
  const found = kept.find(signed);
  return found ? [{ kind: 'known-authority', id: found.id, name: found.name }] : [];
}
