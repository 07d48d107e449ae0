/** What certificates a PKCS#12 file holds. Node tells nobody, but a server that uses the file shows them. */
import { Duplex } from 'node:stream';
import { connect, createSecureContext, TLSSocket } from 'node:tls';
import type { X509Certificate } from 'node:crypto';
import { chainOf } from './certificate-info.ts';

class End extends Duplex {
  other: End | null = null;

  override _read(): void {
    // What there is to read is pushed by the other end.
  }

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    setImmediate(() => {
      this.other?.push(bytes);
      done();
    });
  }
}

/** The chain that a TLS server with this file shows, by a handshake in memory. Rejects with OpenSSL's error. */
export async function chainOfPkcs12(pfx: Buffer, passphrase: string): Promise<X509Certificate[]> {
  const [near, far] = [new End(), new End()];
  [near.other, far.other] = [far, near];
  const server = new TLSSocket(far, {
    isServer: true,
    secureContext: createSecureContext({ pfx, passphrase }),
  });
  const client = connect({ socket: near, rejectUnauthorized: false, checkServerIdentity: () => undefined });
  try {
    return await new Promise((resolve, reject) => {
      server.on('error', reject);
      client
        .on('error', reject)
        .once('secureConnect', () => resolve(chainOf(client.getPeerCertificate(true))));
    });
  } finally {
    client.destroy();
    server.destroy();
  }
}
