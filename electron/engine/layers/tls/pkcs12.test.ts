import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { generate } from 'selfsigned';
import { describe, expect, test } from 'vitest';
import { sendAll, until } from '../../testing/stream-kit.ts';
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
} from '../../testing/tls-kit.ts';
import { makeLeaf, makeLocalAuthority, type Pair } from './local-authority.ts';
import { derivationBudget } from './key-derivation.ts';
import { openPkcs12 } from './pkcs12.ts';
import { hasOpenssl } from '../../testing/openssl.ts';

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

  test('tells of a key of a kind that is not known that there is none', async () => {
    const kit = await newKit();
    const der = await packed(kit, await testLeaf(), 'secret', '', '-nomac');
    const [known, other] = ['2a864886f70d010c0a0102', '2a864886f70d010c0a0107'];
    const hidden = Buffer.from(der.toString('hex').replace(known!, other!), 'hex');
    await expect(importPacked(kit, hidden, 'secret')).rejects.toMatchObject({ code: 'KEY_MISSING' });
  });

  test('that is cut off anywhere ends in an error and never in a loop', async () => {
    const der = inParts(await packed(await newKit(), await testLeaf(), 'secret'));
    const open = (bytes: Buffer) => openPkcs12(bytes, 'secret', derivationBudget());
    expect(open(der)).toMatchObject({ keys: [{}], certificates: [{}] });
    for (let length = 0; length < der.length; length += 7)
      expect(() => open(der.subarray(0, length))).toThrow();
  });

  test('that was changed anywhere is refused by its check value, or opens as it was', async () => {
    const der = await packed(await newKit(), await testLeaf(), 'secret');
    for (let at = 60; at < der.length - 120; at += 37) {
      const changed = Buffer.from(der);
      changed[at]! ^= 1;
      expect(() => openPkcs12(changed, 'secret', derivationBudget())).toThrow();
    }
  });

  test('in any order shows the leaf, then who signed it', async () => {
    const kit = await newKit();
    const other = await makeLocalAuthority('other');
    const leaf = await testLeaf('leaf.example');
    const { ec } = await testAuthority();
    const id = await importPacked(kit, await packed(kit, leaf, 'secret', other.ec.cert + ec.cert), 'secret');
    const { chain } = await kit.store.identity(id);
    expect(chain.map(({ subject }) => subject)).toEqual([
      'CN=leaf.example',
      'CN=Socketscope local CA (EC) test',
      'CN=Socketscope local CA (EC) other',
    ]);
  });

  test('with a key that servers may not sign by is taken like any other', async () => {
    const kit = await newKit();
    const { ec } = await testAuthority();
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'only for exchange' }], {
      ...({ keyType: 'ec', algorithm: 'sha256', ca: ec } as const),
      extensions: [{ name: 'keyUsage', keyAgreement: true, critical: true }],
    });
    const id = await importPacked(
      kit,
      await packed(kit, { cert: `${cert}\n`, key: `${key}\n` }, 'secret'),
      'secret',
    );
    expect((await kit.store.identity(id)).chain).toMatchObject([{ subject: 'CN=only for exchange' }]);
  });

  test.each(['PBE-SHA1-RC2-40', 'PBE-SHA1-RC4-128'])('locked by %s is told as outdated', async (cipher) => {
    const kit = await newKit();
    const der = await packed(kit, await testLeaf(), 'secret', '', '-legacy', '-certpbe', cipher);
    await expect(importPacked(kit, der, 'secret')).rejects.toMatchObject({ code: 'PKCS12_OUTDATED' });
  });

  test('that asks for too much hashing in all is refused before it is done, although each part is allowed', async () => {
    const kit = await newKit();
    const der = await packed(kit, await testLeaf(), 'secret', '', '-iter', '40000');
    const [asked, more] = ['0203009c40', '02031e8480'];
    expect(der.toString('hex').split(asked!)).toHaveLength(4);
    const slow = Buffer.from(der.toString('hex').replaceAll(asked!, more!), 'hex');
    await expect(importPacked(kit, slow, 'secret')).rejects.toMatchObject({
      code: 'KEY_DERIVATION_TOO_LONG',
    });
  });
});
