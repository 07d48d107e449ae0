import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { CertificateFiles } from '../../../../shared/certificates.ts';
import { failureOf } from '../../../../shared/failure.ts';
import { testFolder } from '../../testing/folder.ts';
import { CertificateStore } from './certificate-store.ts';
import { bytes, newKit, testAuthority, testLeaf } from '../../testing/tls-kit.ts';
import { hasOpenssl } from '../../testing/openssl.ts';

const workers = new URL('../../../../out/workers/', import.meta.url);

const files = (changes: Partial<CertificateFiles>): CertificateFiles => ({
  name: 'imported',
  kind: 'identity',
  certificate: bytes(''),
  key: null,
  passphrase: '',
  ...changes,
});

async function emptyStore(): Promise<{ store: CertificateStore; folder: string }> {
  const { path, remove } = await testFolder();
  onTestFinished(remove);
  return { store: new CertificateStore(`${path}/certificates`, workers), folder: `${path}/certificates` };
}

describe('the store', () => {
  test('makes its local CA with the first certificate, in files for their owner alone', async () => {
    const { store, folder } = await emptyStore();
    expect(await store.list()).toEqual([]);
    const made = await store.makeIdentity({
      name: 'mine\u001b[31m\n',
      hosts: ['Example.org', '*.example.org', '192.0.2.7', '::1', 'müller.example'],
      keyType: 'ec',
    });
    expect(made).toMatchObject({ kind: 'identity', origin: 'made', name: 'mine [31m' });
    expect(made.id).toMatch(/^c[0-9a-f]{12}$/);
    expect(made.chain[0]).toMatchObject({ key: 'EC P-256', isAuthority: false });
    expect(made.chain[0]?.alternativeNames).toEqual([
      'DNS:example.org',
      'DNS:*.example.org',
      'IP Address:192.0.2.7',
      'IP Address:0:0:0:0:0:0:0:1',
      'DNS:xn--mller-kva.example',
    ]);
    const [local, second] = await store.list();
    expect(local).toMatchObject({ id: 'local', kind: 'authority', origin: 'made' });
    expect(local?.chain.map(({ key }) => key)).toEqual(['EC P-256', 'RSA 2048']);
    expect(second).toEqual(made);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(folder))
      expect((await stat(`${folder}/${name}`)).mode & 0o777).toBe(0o600);
  });

  test('makes RSA certificates that its CA has signed, and finds everything again in the next run', async () => {
    const { store, folder } = await kitStore();
    const made = await store.makeIdentity({ name: '', hosts: ['rsa.example'], keyType: 'rsa' });
    expect(made).toMatchObject({ name: 'rsa.example', chain: [{ key: 'RSA 2048' }] });
    const next = new CertificateStore(folder, workers);
    expect(await next.list()).toEqual(await store.list());
    expect(await next.pem('local')).toBe(await store.pem('local'));
    expect((await next.identity(made.id)).material).toMatchObject({
      key: expect.stringContaining('PRIVATE'),
    });
  });

  test('makes one CA for many who ask at once', async () => {
    const { store } = await emptyStore();
    const makers = ['a', 'b', 'c'].map((host) => store.automatic([host]));
    const issuers = (await Promise.all(makers)).map(({ chain }) => chain[0]?.issuer);
    const [local] = await store.list();
    expect(new Set(issuers)).toEqual(new Set([local?.chain[0]?.subject]));
    expect(await store.automatic(['a'])).toBe(await makers[0]);
  });

  test('gives out certificates and never keys', async () => {
    const { store } = await kitStore();
    const { id } = await store.makeIdentity({ name: 'x', hosts: ['x.example'], keyType: 'ec' });
    const both = await store.pem('local');
    expect(both.split('\n').filter((line) => line.startsWith('-----'))).toHaveLength(4);
    for (const one of [id, 'local']) {
      expect(await store.pem(one)).toMatch(/^-----BEGIN CERTIFICATE-----/);
      expect(await store.pem(one)).not.toContain('PRIVATE');
    }
    expect(JSON.stringify(await store.list())).not.toContain('PRIVATE');
  });

  test.each([[['not a host!']], [['']], [[]], [['a..b']], [['-'.repeat(300)]]])(
    'makes no certificate for %j',
    async (hosts) => {
      const { store } = await kitStore();
      await expect(store.makeIdentity({ name: 'x', hosts, keyType: 'ec' })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        subject: 'hosts',
      });
    },
  );

  test('removes what is no longer wanted, the local CA too', async () => {
    const { store } = await kitStore();
    const { id } = await store.makeIdentity({ name: 'x', hosts: ['x.example'], keyType: 'ec' });
    await store.remove(id);
    await store.remove('local');
    expect(await store.list()).toEqual([]);
    for (const ask of [
      () => store.remove(id),
      () => store.pem(id),
      () => store.pem('local'),
      () => store.identity(id),
    ])
      expect(await code(ask())).toBe('CERTIFICATE_UNKNOWN');
    for (const wrong of ['../local', 'c12', ''])
      expect(await code(store.identity(wrong))).toBe('CERTIFICATE_UNKNOWN');
  });

  test('leaves out a file that was damaged, and shows the others', async () => {
    const { store, folder } = await kitStore();
    const { id } = await store.makeIdentity({ name: 'x', hosts: ['x.example'], keyType: 'ec' });
    const other = await store.makeIdentity({ name: 'y', hosts: ['y.example'], keyType: 'ec' });
    await writeFile(`${folder}/${id}.json`, '{"format":1,"kind":"identity"');
    expect((await store.list()).map(({ name }) => name)).toEqual(['Socketscope', other.name]);
  });
});

describe('an import', () => {
  test('takes certificate and key in one PEM file, in any order, or in two', async () => {
    const { store } = await kitStore();
    const { cert, key } = await testLeaf('pem.example');
    for (const one of [
      files({ certificate: bytes(cert + key) }),
      files({ certificate: bytes(key + cert) }),
      files({ certificate: bytes(cert), key: bytes(key) }),
    ]) {
      const stored = await store.importFiles(one);
      expect(stored).toMatchObject({
        kind: 'identity',
        origin: 'imported',
        chain: [{ subject: 'CN=pem.example' }],
      });
    }
  });

  test('puts the leaf of a chain first', async () => {
    const { store } = await kitStore();
    const { cert, key } = await testLeaf('leaf.example');
    const { ec } = await testAuthority();
    const stored = await store.importFiles(files({ certificate: bytes(ec.cert + cert + key) }));
    expect(stored.chain.map(({ isAuthority }) => isAuthority)).toEqual([false, true]);
  });

  test('opens a locked key with its passphrase', async () => {
    const { store } = await kitStore();
    const { cert, key } = await testLeaf('locked.example');
    const locked = lock(key, 'secret');
    const stored = await store.importFiles(
      files({ certificate: bytes(cert + locked), passphrase: 'secret' }),
    );
    expect((await store.identity(stored.id)).material).toMatchObject({
      key: expect.stringMatching(/BEGIN PRIVATE/),
    });
  });

  test('takes a bundle of authorities', async () => {
    const { store } = await kitStore();
    const { ec, rsa } = await testAuthority();
    const stored = await store.importFiles(
      files({ kind: 'authority', name: '', certificate: bytes(`# mine\n${ec.cert}\n${rsa.cert}`) }),
    );
    expect(stored).toMatchObject({ kind: 'authority', name: 'Socketscope local CA (EC) test' });
    expect(stored.chain).toHaveLength(2);
    expect((await store.authority(stored.id)).join('').match(/BEGIN/g)).toHaveLength(2);
  });

  type Mistake = { name: string; files: () => Promise<Partial<CertificateFiles>>; code: string };
  const mistakes: Mistake[] = [
    { name: 'an empty file', files: async () => ({}), code: 'CERTIFICATE_FILE_UNKNOWN' },
    {
      name: 'noise',
      files: async () => ({ certificate: Buffer.alloc(500, 7) }),
      code: 'CERTIFICATE_FILE_UNKNOWN',
    },
    {
      name: 'noise that begins like DER',
      files: async () => ({
        certificate: Buffer.concat([Buffer.from([0x30, 0x82, 1, 0]), Buffer.alloc(500, 7)]),
      }),
      code: 'CERTIFICATE_FILE_UNKNOWN',
    },
    {
      name: 'a key alone',
      files: async () => ({ certificate: bytes((await testLeaf()).key) }),
      code: 'CERTIFICATE_MISSING',
    },
    {
      name: 'a certificate alone',
      files: async () => ({ certificate: bytes((await testLeaf()).cert) }),
      code: 'KEY_MISSING',
    },
    {
      name: 'a broken certificate',
      files: async () => {
        const { cert, key } = await testLeaf();
        return { certificate: bytes(cert.replace(/\n.{40}/, '\nAAAA') + key) };
      },
      code: 'CERTIFICATE_UNREADABLE',
    },
    {
      name: 'a broken key',
      files: async () => {
        const { cert, key } = await testLeaf();
        return { certificate: bytes(cert + key.replace(/\n.{40}/, '\nAAAA')) };
      },
      code: 'KEY_UNREADABLE',
    },
    {
      name: 'the key of another certificate',
      files: async () => {
        const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
        return { certificate: bytes((await testLeaf()).cert), key: bytes(key) };
      },
      code: 'KEY_MISMATCH',
    },
    {
      name: 'a locked key and no passphrase',
      files: async () => {
        const { cert, key } = await testLeaf();
        return { certificate: bytes(cert + lock(key, 'secret')) };
      },
      code: 'KEY_LOCKED',
    },
    {
      name: 'a locked key and another passphrase',
      files: async () => {
        const { cert, key } = await testLeaf();
        return { certificate: bytes(cert + lock(key, 'secret')), passphrase: 'guess' };
      },
      code: 'WRONG_PASSPHRASE',
    },
    {
      name: 'an authority without a certificate',
      files: async () => ({ kind: 'authority', certificate: bytes((await testLeaf()).key) }),
      code: 'CERTIFICATE_MISSING',
    },
  ];
  test.each(mistakes)(
    'of $name fails with $code, and keeps nothing',
    async ({ files: make, code: expected }) => {
      const { store } = await kitStore();
      expect(await code(store.importFiles(files(await make())))).toBe(expected);
      expect(await store.list()).toHaveLength(1);
    },
  );

  test.skipIf(!hasOpenssl)('takes PKCS#12 with its passphrase, and says what is wrong with it', async () => {
    const { store, folder } = await kitStore();
    const { cert, key } = await testLeaf('p12.example');
    await writeFile(`${folder}/both.pem`, cert + key);
    const pack = async (...more: string[]): Promise<Uint8Array> => {
      const out = ['-out', `${folder}/packed.p12`, '-passout', 'pass:secret'];
      spawnSync('openssl', ['pkcs12', '-export', '-in', `${folder}/both.pem`, ...out, ...more]);
      return readFile(`${folder}/packed.p12`);
    };
    const packed = await pack();
    const stored = await store.importFiles(files({ certificate: packed, passphrase: 'secret' }));
    expect(stored.chain).toMatchObject([{ subject: 'CN=p12.example', key: 'EC P-256' }]);
    expect(await store.pem(stored.id)).toMatch(
      /^-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n$/,
    );
    expect(await code(store.importFiles(files({ certificate: packed })))).toBe('KEY_LOCKED');
    const guess = files({ certificate: packed, passphrase: 'guess' });
    expect(await code(store.importFiles(guess))).toBe('WRONG_PASSPHRASE');
    const keyless = files({ certificate: await pack('-nokeys'), passphrase: 'secret' });
    expect(await code(store.importFiles(keyless))).toBe('KEY_MISSING');
    const cut = files({ certificate: packed.subarray(0, 300), passphrase: 'secret' });
    expect(await code(store.importFiles(cut))).toBe('CERTIFICATE_FILE_UNKNOWN');
  });
});

const lock = (key: string, passphrase: string): string =>
  createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
    .toString();

async function code(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error) => failureOf(error).code,
  );
}

async function kitStore(): Promise<{ store: CertificateStore; folder: string }> {
  const { store, folder } = await newKit();
  return { store, folder: `${folder}/certificates` };
}
