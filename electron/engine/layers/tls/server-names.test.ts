import { expect, test } from 'vitest';
import { until } from '../../testing/stream-kit.ts';
import {
  connecting,
  importAuthority,
  importLeaf,
  newKit,
  serving,
  settled,
  tlsPeer,
} from '../../testing/tls-kit.ts';

test.each([
  ['TWO.EXAMPLE', 'DNS:two.example, DNS:xn--bcher-kva.example'],
  ['two.example.', 'DNS:two.example, DNS:xn--bcher-kva.example'],
  ['XN--BCHER-KVA.example', 'DNS:two.example, DNS:xn--bcher-kva.example'],
  ['unknown.example', 'DNS:one.example'],
  ['one.example.evil.test', 'DNS:one.example'],
  ['.', 'DNS:one.example'],
  ['a b', 'DNS:one.example'],
  ['x'.repeat(255), 'DNS:one.example'],
])('a server asked for the name %s shows the certificate for %s', async (servername, shown) => {
  const kit = await newKit();
  const identities = [
    await importLeaf(kit.store, 'one.example'),
    await importLeaf(kit.store, 'two.example', 'bücher.example'),
  ];
  const { port, recorder } = await serving({ identities }, {}, kit);
  const peer = await tlsPeer(port, { servername });
  expect(peer.getPeerCertificate().subjectaltname).toBe(shown);
  await until(() => recorder.details('secured').length === 1);
});

test.each([
  ['TWO.Example', 'two.example'],
  ['two.example.', 'two.example'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['BÜCHER.example.', 'xn--bcher-kva.example'],
])('a client that expects %s asks for %s and takes its certificate', async (servername, asked) => {
  const kit = await newKit();
  const identities = [await importLeaf(kit.store, 'two.example', 'bücher.example')];
  const { port, recorder } = await serving({ identities }, {}, kit);
  const authority = await importAuthority(kit.store);
  const used = await settled(connecting(port, kit, { servername, authority }));
  expect(used.recorder.details('secured')).toMatchObject([{ servername: asked, isVerified: true }]);
  await until(() => recorder.details('secured').length === 1);
  expect(recorder.details('secured')).toMatchObject([{ servername: asked }]);
});

test('a certificate for just that name goes before a wildcard, whatever their order', async () => {
  const kit = await newKit();
  const identities = [
    await importLeaf(kit.store, '*.one.example'),
    await importLeaf(kit.store, 'shop.one.example'),
  ];
  const { port } = await serving({ identities }, {}, kit);
  const shown = async (servername: string): Promise<string | undefined> =>
    (await tlsPeer(port, { servername })).getPeerCertificate().subjectaltname;
  expect(await shown('shop.one.example')).toBe('DNS:shop.one.example');
  expect(await shown('mail.one.example')).toBe('DNS:*.one.example');
});
