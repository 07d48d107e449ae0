import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';
import { until } from '../../testing/stream-kit.ts';
import { boringSuites13 } from './tls-library.ts';
import { bun, inBun, startInBun } from '../../testing/bun.ts';
import { hasOpenssl, openssl } from '../../testing/openssl.ts';
import { newKit, testLeaf } from '../../testing/tls-kit.ts';

/** The failures of `calls`, which are asked of our own modules under BoringSSL; null where there is none. */
const contextsInBun = (calls: object[]): Promise<(string | null)[]> =>
  inBun(
    `const { secureContext } = await import(engine + 'layers/tls/secure-contexts.ts');
     const { defaultClientTls } = await import(engine + '../../shared/settings/tls.ts');
     console.log(JSON.stringify(input.map((tls) => {
       try { secureContext({ ...defaultClientTls(), ...tls }, null, null); return null; }
       catch (error) { return error.code + ' ' + error.message; }
     })));`,
    calls,
  );

describe.skipIf(bun === null)('under BoringSSL itself (skipped where Bun is not installed)', () => {
  test('the settings of TLS are taken or refused as they are here', async () => {
    const older = 'ECDHE-RSA-AES128-GCM-SHA256';
    const answers = await contextsInBun([
      {},
      { minVersion: 'TLSv1' },
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
      { ciphers: `${boringSuites13.join(':')}:${older}` },
      { ciphers: `${older}:@SECLEVEL=0`, maxVersion: 'TLSv1.2' },
      { ciphers: 'TLS_CHACHA20_POLY1305_SHA256', minVersion: 'TLSv1.3' },
      { ciphers: 'DHE-RSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' },
      { ciphers: `${older}:@STRANGE`, maxVersion: 'TLSv1.2' },
    ]);
    expect(answers.map((answer) => answer?.split(' ')[0] ?? null)).toEqual([
      ...[null, null, null, null, null],
      ...['TLS_CIPHERS_FIXED', 'TLS_CIPHERS', 'TLS_CIPHERS'],
    ]);
    expect(answers[6]).toMatch(/error:[0-9a-f]{8}:SSL routines:OPENSSL_internal:NO_CIPHER_MATCH$/);
  });

  test('it has the suites of TLS 1.3 that are known here, and always all of them', async () => {
    const had = await inBun<string[]>(
      `console.log(JSON.stringify(require('node:tls').getCiphers().map((name) => name.toUpperCase())))`,
    );
    expect(had.filter((name) => name.startsWith('TLS_')).sort()).toEqual([...boringSuites13].sort());
  });

  /** A server under BoringSSL, with our names for its failures. */
  async function serverInBun(options: object): Promise<{ port: number; output(): string }> {
    const running = await startInBun(
      `const tls = require('node:tls');
       const server = tls.createServer(input, () => console.log('secured'));
       server.on('tlsClientError', (error) => console.log(error.code));
       server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));`,
      options,
    );
    await until(() => /port (\d+)\n/.test(running.output()));
    return { port: Number(/port (\d+)/.exec(running.output())![1]), output: running.output };
  }

  test.skipIf(!hasOpenssl)(
    'a client that does not trust it in TLS 1.3 makes it say what is mended here',
    async () => {
      const { port, output } = await serverInBun(await testLeaf());
      openssl('s_client', '-connect', `127.0.0.1:${port}`, '-verify_return_error', '-tls1_3');
      await until(() => /ERR_SSL/.test(output()));
      expect(output()).toContain('ERR_SSL_BAD_PACKET_LENGTH');
    },
  );

  test.skipIf(!hasOpenssl)(
    'takes a client with the algorithms that are asked for, by which Ed25519 and P-521 are had',
    async () => {
      const kit = await newKit();
      const make = (...kind: string[]): void => {
        const { status, stderr } = spawnSync('openssl', [
          ...['req', '-x509', '-newkey', ...kind, '-nodes', '-subj', '/CN=localhost', '-days', '2'],
          ...['-keyout', `${kit.folder}/key.pem`, '-out', `${kit.folder}/cert.pem`],
        ]);
        if (status !== 0) throw new Error(String(stderr));
      };
      for (const kind of [['ed25519'], ['ec', '-pkeyopt', 'ec_paramgen_curve:P-521']]) {
        make(...kind);
        const [cert, key] = [
          await readFile(`${kit.folder}/cert.pem`, 'utf8'),
          await readFile(`${kit.folder}/key.pem`, 'utf8'),
        ];
        const answer = await inBun<string>(
          `const tls = require('node:tls');
         const { boringAlgorithms } = await import(engine + 'layers/tls/tls-library.ts');
         const server = tls.createServer({ ...input, ...boringAlgorithms }, () => undefined).listen(0, '127.0.0.1', () => {
           const client = tls.connect({ port: server.address().port, host: '127.0.0.1', rejectUnauthorized: false, ...boringAlgorithms });
           client.on('error', (error) => { console.log(JSON.stringify(error.code)); process.exit(); });
           client.on('secureConnect', () => { console.log(JSON.stringify(client.getProtocol())); process.exit(); });
         });`,
          { cert, key },
        );
        expect(answer).toBe('TLSv1.3');
      }
    },
  );

  test.skipIf(!hasOpenssl)('PKCS#12 files open with their passphrase, and ask for it', async () => {
    const { folder } = await newKit();
    const { cert, key } = await testLeaf('packed.example');
    await writeFile(`${folder}/both.pem`, cert + key);
    const out = ['-out', `${folder}/packed.p12`, '-passout', 'pass:secret'];
    expect(spawnSync('openssl', ['pkcs12', '-export', '-in', `${folder}/both.pem`, ...out]).status).toBe(0);
    const answers = await inBun<string[]>(
      `const { readIdentity } = await import(engine + 'layers/tls/certificate-files.ts');
       const certificate = require('node:fs').readFileSync(input);
       console.log(JSON.stringify(['', 'guess', 'secret'].map((passphrase) => {
         try { return readIdentity({ certificate, key: null, passphrase }).chain[0].subject; }
         catch (error) { return error.code; }
       })));`,
      `${folder}/packed.p12`,
    );
    expect(answers).toEqual(['KEY_LOCKED', 'WRONG_PASSPHRASE', 'CN=packed.example']);
  });
});
