/** Certificates of the tests: an authority of their own, and what it signed. */
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
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

/** A PKCS#12 file that openssl makes in `folder`, as a person chooses it in a form. */
export async function packed(folder: string, { cert, key }: Pair, ca: Pair, passphrase: string) {
  const [leaf, authority, out] = [`${folder}/leaf.pem`, `${folder}/authority.pem`, `${folder}/packed.p12`];
  await writeFile(leaf, cert + key);
  await writeFile(authority, ca.cert);
  const files = ['-in', leaf, '-certfile', authority, '-out', out];
  spawnSync('openssl', ['pkcs12', '-export', ...files, '-passout', `pass:${passphrase}`]);
  return { name: 'packed.p12', mimeType: 'application/x-pkcs12', buffer: await readFile(out) };
}
