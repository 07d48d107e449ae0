/** Certificates of the tests: an authority of their own, and what it signed. */
import { generate, type GenerateResult } from 'selfsigned';

export type Pair = { cert: string; key: string };

const named = (name: string) => [{ name: 'commonName', value: name }];
/** A PEM text ends with a line end, so that others can follow it (RFC 7468 2). */
const pairOf = ({ cert, private: key }: GenerateResult): Pair => ({ cert: `${cert.trimEnd()}\n`, key });
const algorithm = { keyType: 'ec', algorithm: 'sha256' } as const;

export async function makeAuthority(name: string): Promise<Pair> {
  const made = await generate(named(name), {
    ...algorithm,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return pairOf(made);
}

/** For servers and clients. `hosts`: DNS names; 127.0.0.1 is always among the names. */
export async function makeLeaf(ca: Pair, name: string, ...hosts: string[]): Promise<Pair> {
  const made = await generate(named(name), {
    ...algorithm,
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [...hosts.map((value) => ({ type: 2 as const, value })), { type: 7, ip: '127.0.0.1' }],
      },
    ],
  });
  return pairOf(made);
}

/** As a file that a person chooses in a form. */
export const fileOf = (name: string, text: string) => ({
  name,
  mimeType: 'application/x-pem-file',
  buffer: Buffer.from(text),
});
