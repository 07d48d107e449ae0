import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import * as tls from 'node:tls';
import { afterEach, expect, test, vi } from 'vitest';
import { until } from '../../testing/stream-kit.ts';
import { keychain, systemAuthorities } from './system-authorities.ts';
import {
  connecting,
  failed,
  newKit,
  serving,
  settled,
  testAuthority,
  testLeaf,
  tlsPeer,
  tlsServer,
} from '../../testing/tls-kit.ts';

afterEach(() => vi.unstubAllEnvs());

/** A file with the tests' authority. */
async function authorityFile(): Promise<string> {
  const { folder } = await newKit();
  await writeFile(`${folder}/ca.pem`, `# a comment\n${(await testAuthority()).ec.cert}`);
  return `${folder}/ca.pem`;
}

test('a client trusts what the system trusts, here by SSL_CERT_FILE, and no longer when that has changed', async () => {
  const port = await tlsServer(await testLeaf());
  const kit = await newKit();
  vi.stubEnv('SSL_CERT_FILE', await authorityFile());
  const used = await settled(connecting(port, kit));
  expect(used.recorder.details('secured')).toMatchObject([{ isVerified: true, verifyCode: null }]);
  vi.stubEnv('SSL_CERT_FILE', '/nowhere/ca.pem');
  const { recorder } = connecting(port, kit);
  expect(await failed(recorder)).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
});

test('a server takes client certificates that the system trusts', async () => {
  vi.stubEnv('SSL_CERT_FILE', await authorityFile());
  const { recorder, port } = await serving({ clientCertificates: 'require' });
  await tlsPeer(port, await testLeaf('me'));
  await until(() => recorder.details('secured').length === 1);
  const [secured] = recorder.details('secured');
  expect(secured).toMatchObject({ isVerified: true, verifyCode: null });
  expect(secured?.chain[0]?.subject).toBe('CN=me');
});

test('Node’s own list stays, each certificate once, and the same array is given until a file changes', async () => {
  const path = await authorityFile();
  const environment = { SSL_CERT_FILE: path, NODE_EXTRA_CA_CERTS: path };
  const list = await systemAuthorities(environment);
  expect(list).toEqual(expect.arrayContaining([...tls.rootCertificates]));
  expect(list).toHaveLength(tls.rootCertificates.length + 1);
  expect(await systemAuthorities(environment)).toBe(list);
  await appendFile(path, (await testAuthority()).rsa.cert);
  expect(await systemAuthorities(environment)).toHaveLength(tls.rootCertificates.length + 2);
});

test('what is no list of certificates counts as empty, and what is too long is cut', async () => {
  const { folder } = await newKit();
  await mkdir(`${folder}/is-folder`);
  await writeFile(`${folder}/words`, 'no certificate');
  for (const name of ['is-folder', 'words', 'missing'])
    expect(await systemAuthorities({ SSL_CERT_FILE: `${folder}/${name}` })).toBe(null);
  const many = Array.from({ length: 500 }, (_, at) => Buffer.from(`number ${at}`).toString('base64'));
  const blocks = many.map((body) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`);
  await writeFile(`${folder}/many`, blocks.join(''));
  expect(await systemAuthorities({ SSL_CERT_FILE: `${folder}/many` })).toHaveLength(400);
});

test('the system itself is asked where this Node can (22.15 and newer), else nothing comes of it', async () => {
  expect((await keychain()).length > 0).toBe('getCACertificates' in tls);
});
