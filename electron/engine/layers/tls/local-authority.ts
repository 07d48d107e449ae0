/** The local CA: makes itself, and signs leaves for chosen names. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { generate, type GenerateResult } from 'selfsigned';
import type { NewIdentity } from '../../../../shared/certificates.ts';
import { invalid } from '../../schemas/validate.ts';

export type KeyType = NewIdentity['keyType'];
export type Pair = { cert: string; key: string };
/** One pair for each kind of key, because a leaf is signed by a CA with a key of its own kind. */
export type LocalAuthority = Record<KeyType, Pair>;

const dayMs = 86_400_000;
const authorityDays = 3650;
/** Apple's clients refuse leaves that are valid for more than 825 days. */
const leafDays = 825;
/** Clocks of test machines differ. */
const clockSlackMs = dayMs;

/** A PEM text ends with a line end, so that others can follow it (RFC 7468 2). */
const pairOf = ({ cert, private: key }: GenerateResult): Pair => ({ cert: `${cert.trimEnd()}\n`, key });
/** EC keys are made on P-256, RSA keys with 2048 bits. */
const keyOptions = (keyType: KeyType) =>
  ({ keyType, curve: 'P-256', keySize: 2048, algorithm: 'sha256' }) as const;
const validFor = (days: number) => ({
  notBeforeDate: new Date(Date.now() - clockSlackMs),
  notAfterDate: new Date(Date.now() + days * dayMs),
});
/** Characters that mean something in a distinguished name (RFC 4514) are left out. */
const commonName = (name: string) => [
  {
    name: 'commonName',
    value:
      name
        .replaceAll(/[^\p{L}\p{N} ._()-]/gu, '')
        .slice(0, 64)
        .trim() || 'Socketscope',
  },
];

/** `machine`: in the name, so that authorities of several machines can be told apart. */
export async function makeLocalAuthority(machine: string): Promise<LocalAuthority> {
  const make = async (keyType: KeyType): Promise<Pair> =>
    pairOf(
      await generate(commonName(`Socketscope local CA (${keyType.toUpperCase()}) ${machine}`), {
        ...keyOptions(keyType),
        ...validFor(authorityDays),
        extensions: [
          { name: 'basicConstraints', cA: true, critical: true },
          { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
        ],
      }),
    );
  const [ec, rsa] = await Promise.all([make('ec'), make('rsa')]);
  return { ec, rsa };
}

/**
 * A leaf for servers and clients. `hosts`: names (also `*.example.org`), IPv4 and IPv6 addresses. Throws
 * INVALID_ARGUMENT with subject `hosts` for what is neither, or for none.
 */
export async function makeLeaf(
  authority: LocalAuthority,
  hosts: readonly string[],
  keyType: KeyType,
): Promise<Pair> {
  const names = [...new Set(hosts.map((host) => host.trim()).filter((host) => host !== ''))].map(
    alternativeName,
  );
  if (names.length === 0) throw invalid('hosts', { name: 'no-names' });
  return pairOf(
    await generate(commonName(hosts[0]!), {
      ...keyOptions(keyType),
      ...validFor(leafDays),
      ca: authority[keyType],
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: keyType === 'rsa', critical: true },
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        { name: 'subjectAltName', altNames: names },
      ],
    }),
  );
}

type AlternativeName = { type: 2; value: string } | { type: 7; ip: string };

function alternativeName(host: string): AlternativeName {
  const address = host.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  if (isIP(address) !== 0) return { type: 7, ip: address };
  const [, wildcard = '', name = ''] = /^(\*\.)?(.*)$/s.exec(host) ?? [];
  const ascii = domainToASCII(name.replace(/\.$/, ''));
  if (
    ascii === '' ||
    ascii.length > 253 ||
    !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(ascii) ||
    isIP(ascii) !== 0
  )
    throw invalid('hosts', { name: 'bad-name', host: host.slice(0, 80) });
  return { type: 2, value: wildcard + ascii };
}
