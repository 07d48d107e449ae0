/** What a TLS endpoint shows and trusts, and where it comes from: the store of a data folder, or files in memory. */
import type { CertificateInfo } from '../../../../shared/certificates.ts';
import { FailureError } from '../../../../shared/failure.ts';
import type { KeyLog } from './key-log.ts';

/** A certificate with its key, as `tls.createSecureContext` takes it. PEM texts; the key is not encrypted. */
export type KeyMaterial = { cert: string; key: string };
/** The leaf first, in both. */
export type Identity = { chain: CertificateInfo[]; material: KeyMaterial };

export type CertificateSource = {
  /** Rejects with CERTIFICATE_UNKNOWN for an id that is not there, or is not an identity. */
  identity(id: string): Promise<Identity>;
  /** PEM certificates to trust; 'local' is the local CA. Rejects with CERTIFICATE_UNKNOWN. */
  authority(id: string): Promise<string[]>;
  /** One made by the local CA for these names and addresses. */
  automatic(hosts: string[]): Promise<Identity>;
};

const nothing = async (): Promise<never> => {
  throw unknownCertificate('');
};
/** Without certificates and without a key log: for sockets that will not use TLS. */
export const noResources: TlsResources = {
  certificates: { identity: nothing, authority: nothing, automatic: nothing },
  keyLog: null,
};

export const unknownCertificate = (id: string): FailureError =>
  new FailureError({ code: 'CERTIFICATE_UNKNOWN', subject: id });

/** What TLS needs besides settings. `keyLog`: where secrets go while `tls.keyLog` is set; null: nowhere. */
export type TlsResources = { certificates: CertificateSource; keyLog: KeyLog | null };
