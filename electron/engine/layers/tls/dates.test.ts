import { describe, expect, test } from 'vitest';
import { explain } from '../../../../shared/texts/index.ts';
import { sendAll, until } from '../../testing/stream-kit.ts';
import {
  bytes,
  connecting,
  datedLeaf,
  failed,
  importAuthority,
  importPair,
  newKit,
  serving,
  settled,
  tlsPeer,
  tlsServer,
} from '../../testing/tls-kit.ts';

type Case = { when: 'expired' | 'not yet'; code: string; what: RegExp };
const cases: Case[] = [
  { when: 'expired', code: 'CERT_HAS_EXPIRED', what: /it has expired \(CERT_HAS_EXPIRED\)$/ },
  { when: 'not yet', code: 'CERT_NOT_YET_VALID', what: /it is not valid yet \(CERT_NOT_YET_VALID\)$/ },
];

describe.each(cases)('a certificate that is $when valid', ({ when, code, what }) => {
  test('can be imported, and its dates tell', async () => {
    const { store } = await newKit();
    const { cert, key } = await datedLeaf(when);
    const files = { kind: 'identity', certificate: bytes(cert), key: bytes(key), passphrase: '' } as const;
    const { chain } = await store.importFiles({ name: '', ...files });
    expect(when === 'expired' ? chain[0]!.validTo < Date.now() : chain[0]!.validFrom > Date.now()).toBe(true);
  });

  test('is refused by a client with its chain, and explained; connecting anyway stays marked', async () => {
    const kit = await newKit();
    const port = await tlsServer(await datedLeaf(when), (socket) => void socket.pipe(socket));
    const authority = await importAuthority(kit.store);
    const used = connecting(port, kit, { authority });
    const end = await failed(used.recorder);
    expect(end).toMatchObject({ code, during: 'securing' });
    expect(used.recorder.details('note')).toMatchObject([{ note: 'certificate-refused', code }]);
    await until(() => used.client.status.state === 'failed');
    expect(used.client.status.refusedChain?.[0]?.subject).toBe(`CN=${when}`);
    expect(explain({ ...end, subject: '' }, 'securing').what).toMatch(what);

    const anyway = await settled(connecting(port, kit, { authority, verify: false }));
    expect(anyway.client.status.notVerified).toBe(code);
    sendAll(anyway.client, bytes('hello'));
    await until(() => anyway.recorder.bytes('received').toString() === 'hello');
  });

  test('of a client is refused where one is required, and marked where one is asked for', async () => {
    const kit = await newKit();
    const clientAuthority = await importAuthority(kit.store);
    const required = await serving({ clientCertificates: 'require', clientAuthority }, {}, kit);
    await tlsPeer(required.port, await datedLeaf(when));
    expect(await failed(required.recorder)).toMatchObject({ code, during: 'securing' });
    const [note] = required.recorder.details('note');
    expect(note).toMatchObject({ note: 'certificate-refused', code });
    expect(note?.note === 'certificate-refused' && note.chain[0]?.subject).toBe(`CN=${when}`);

    const asked = await serving({ clientCertificates: 'request', clientAuthority }, {}, kit);
    await tlsPeer(asked.port, await datedLeaf(when));
    await until(() => asked.recorder.details('secured').length === 1);
    expect(asked.recorder.details('secured')).toMatchObject([{ isVerified: false, verifyCode: code }]);
  });

  test('of a server of ours is shown as it is: the client decides', async () => {
    const kit = await newKit();
    const identities = [await importPair(kit.store, await datedLeaf(when))];
    const { port } = await serving({ identities }, {}, kit);
    const { recorder } = connecting(port, kit, { authority: await importAuthority(kit.store) });
    expect(await failed(recorder)).toMatchObject({ code });
  });
});
