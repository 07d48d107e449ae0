import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { sendAll, until } from '../tcp/test-kit.ts';
import {
  connecting,
  failed,
  importAuthority,
  newKit,
  serving,
  settled,
  testAuthority,
  testLeaf,
  tlsPeer,
  tlsServer,
  type Kit,
} from './test-tls.ts';
import { makeLeaf, makeLocalAuthority, type Pair } from './local-authority.ts';
import { keysOfPkcs12 } from './pkcs12-key.ts';
import { hasOpenssl } from './test-openssl.ts';

/** A PKCS#12 file as openssl makes it, with `others` beside the certificate and its key. */
async function packed(
  { folder }: Kit,
  { cert, key }: Pair,
  passphrase: string,
  others = '',
  ...more: string[]
): Promise<Buffer> {
  await writeFile(`${folder}/both.pem`, cert + key);
  await writeFile(`${folder}/others.pem`, others);
  const to = ['-out', `${folder}/packed.p12`, '-passout', `pass:${passphrase}`];
  const extra = others === '' ? [] : ['-certfile', `${folder}/others.pem`];
  const args = ['pkcs12', '-export', '-in', `${folder}/both.pem`, ...to, ...extra, ...more];
  const { status, stderr } = spawnSync('openssl', args);
  if (status !== 0) throw new Error(String(stderr));
  return readFile(`${folder}/packed.p12`);
}

async function importPacked({ store }: Kit, certificate: Buffer, passphrase: string): Promise<string> {
  const files = { name: 'packed', kind: 'identity', key: null, passphrase } as const;
  return (await store.importFiles({ ...files, certificate })).id;
}

/** The same file in BER as some programs write it: open lengths, and the octet string in two parts. */
function inParts(der: Buffer): Buffer {
  const element = (at: number) => {
    const long = der[at + 1]! & 0x7f;
    const isLong = der[at + 1]! > 0x80;
    const start = at + 2 + (isLong ? long : 0);
    const end = start + (isLong ? der.readUIntBE(at + 2, long) : long);
    return { at, start, end };
  };
  const whole = element(0);
  const version = element(whole.start);
  const info = element(version.end);
  const type = element(info.start);
  const octets = element(element(type.end).start);
  const part = (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0x04, 0x82, bytes.length >> 8, bytes.length & 255]), bytes]);
  const open = (tag: number, ...contents: Buffer[]): Buffer =>
    Buffer.concat([Buffer.from([tag, 0x80]), ...contents, Buffer.alloc(2)]);
  const middle = octets.start + 100;
  const parts = [der.subarray(octets.start, middle), der.subarray(middle, octets.end)].map(part);
  const content = open(0x30, der.subarray(type.at, type.end), open(0xa0, open(0x24, ...parts)));
  return open(0x30, der.subarray(version.at, version.end), content, der.subarray(info.end, whole.end));
}

describe.skipIf(!hasOpenssl)('PKCS#12 (skipped where openssl is not installed)', () => {
  test('serves TLS with its certificate and the authorities that it holds', async () => {
    const kit = await newKit();
    const { ec } = await testAuthority();
    const id = await importPacked(kit, await packed(kit, await testLeaf(), 'secret', ec.cert), 'secret');
    const { port, recorder } = await serving({ identities: [id] }, { reply: 'echo' }, kit);
    const authority = await importAuthority(kit.store);
    const used = await settled(connecting(port, kit, { authority }));
    sendAll(used.client, Buffer.from('hello'));
    await until(() => used.recorder.bytes('received').toString() === 'hello');
    expect(used.recorder.details('secured')).toMatchObject([{ isVerified: true }]);
    expect(used.recorder.details('secured')[0]?.chain).toHaveLength(2);
    expect(recorder.ends()).toHaveLength(0);
  });

  test('shows a client’s certificate to a server that asks', async () => {
    const kit = await newKit();
    const { ec } = await testAuthority();
    const identity = await importPacked(kit, await packed(kit, await testLeaf('me'), 'secret'), 'secret');
    const names: string[] = [];
    const port = await tlsServer({ requestCert: true, rejectUnauthorized: true, ca: ec.cert }, (socket) =>
      names.push(String(socket.getPeerCertificate().subject.CN)),
    );
    await settled(connecting(port, kit, { verify: false, identity }));
    await until(() => names.length === 1);
    expect(names).toEqual(['me']);
  });

  test('does not make a server trust the authorities that it holds', async () => {
    const kit = await newKit();
    const other = await makeLocalAuthority('other');
    const leaf = await makeLeaf(other, ['localhost'], 'ec');
    const id = await importPacked(kit, await packed(kit, leaf, 'secret', other.ec.cert), 'secret');
    const clientAuthority = await importAuthority(kit.store);
    const { port, recorder } = await serving(
      { identities: [id], clientCertificates: 'require', clientAuthority },
      {},
      kit,
    );
    await tlsPeer(port, await makeLeaf(other, ['stranger'], 'ec'));
    expect(await failed(recorder)).toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      during: 'securing',
    });
  });

  test('does not make a client trust the authorities that it holds', async () => {
    const kit = await newKit();
    const other = await makeLocalAuthority('other');
    const mine = await packed(kit, await makeLeaf(other, ['me'], 'ec'), 'secret', other.ec.cert);
    const identity = await importPacked(kit, mine, 'secret');
    const port = await tlsServer(await makeLeaf(other, ['127.0.0.1'], 'ec'));
    const { recorder } = connecting(port, kit, { identity });
    expect(await failed(recorder)).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  type Kind = { name: string; passphrase: string; args: string[] };
  test.each<Kind>([
    { name: 'AES', passphrase: 'secret', args: [] },
    { name: '3DES', passphrase: 'secret', args: ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES'] },
    { name: 'a passphrase beyond ASCII', passphrase: 'gehéim 密', args: [] },
    {
      name: '3DES and a passphrase beyond ASCII',
      passphrase: 'gehéim 密',
      args: ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES'],
    },
    { name: 'no lock on its key', passphrase: 'secret', args: ['-keypbe', 'NONE'] },
    { name: 'an empty passphrase', passphrase: '', args: [] },
    {
      name: '3DES and an empty passphrase',
      passphrase: '',
      args: ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES'],
    },
  ])('is taken with $name', async ({ passphrase, args }) => {
    const kit = await newKit();
    const leaf = await testLeaf('packed.example');
    const id = await importPacked(kit, await packed(kit, leaf, passphrase, '', ...args), passphrase);
    const { material, chain } = await kit.store.identity(id);
    expect(chain).toMatchObject([{ subject: 'CN=packed.example' }]);
    expect(material.key.trimEnd()).toBe(leaf.key.trimEnd());
  });

  test('is taken as programs write it that do not know its length beforehand', async () => {
    const kit = await newKit();
    const der = await packed(kit, await testLeaf('packed.example'), 'secret');
    const id = await importPacked(kit, inParts(der), 'secret');
    expect((await kit.store.identity(id)).chain).toMatchObject([{ subject: 'CN=packed.example' }]);
  });

  test('gives no key where none lies in the clear parts, or none that is known', async () => {
    const der = await packed(await newKit(), await testLeaf(), 'secret');
    expect(keysOfPkcs12(der, 'secret')).toHaveLength(1);
    const [known, other] = ['2a864886f70d010c0a0102', '2a864886f70d010c0a0107'];
    const hidden = Buffer.from(der.toString('hex').replace(known!, other!), 'hex');
    expect(keysOfPkcs12(hidden, 'secret')).toHaveLength(0);
  });

  test('that is cut off anywhere ends in an error and never in a loop', async () => {
    const der = inParts(await packed(await newKit(), await testLeaf(), 'secret'));
    const whole = keysOfPkcs12(der, 'secret');
    expect(whole).toHaveLength(1);
    for (let length = 0; length < der.length; length += 7)
      expect(() => keysOfPkcs12(der.subarray(0, length), 'secret')).toThrow();
  });
});
