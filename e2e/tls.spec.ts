/** TLS in both roles, against openssl and plain sockets of node:tls. */
import type { Locator, Page } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import type { TLSSocket } from 'node:tls';
import { fileOf, makeAuthority, makeLeaf, packed, type Pair } from './certificates.ts';
import { expect, logRow } from './fixtures.ts';
import { expectAccessibleInBothThemes, pictures } from './looks.ts';
import { answers, needs, test } from './programs.ts';
import {
  connect,
  fill,
  listen,
  newClient,
  newServer,
  openOptions,
  saved,
  send,
  settings,
  whyOf,
} from './steps.ts';

const certificates = (page: Page): Locator => page.getByRole('dialog', { name: 'Certificates' });

/** Opens the dialog of certificates, does something there and closes it. */
async function inCertificates(page: Page, act: (dialog: Locator) => Promise<void>): Promise<void> {
  await openOptions(page, 'TLS');
  await page.getByRole('button', { name: 'Certificates…' }).click();
  await act(certificates(page));
  await certificates(page).getByRole('button', { name: 'Close', exact: true }).click();
}

async function importAuthority(page: Page, name: string, { cert }: Pair): Promise<void> {
  await inCertificates(page, async (dialog) => {
    const form = dialog.getByRole('form', { name: 'Import files' });
    await form.getByRole('radio', { name: 'Trusted authority' }).click();
    await form.getByRole('textbox', { name: 'Name' }).fill(name);
    await form.getByLabel('Certificate file').setInputFiles(fileOf('ca.pem', cert));
    await form.getByRole('button', { name: 'Import' }).click();
    await expect(dialog.getByRole('status')).toHaveText(`${name} was imported.`);
  });
}

async function importIdentity(page: Page, name: string, { cert, key }: Pair): Promise<void> {
  await inCertificates(page, async (dialog) => {
    const form = dialog.getByRole('form', { name: 'Import files' });
    await form.getByRole('textbox', { name: 'Name' }).fill(name);
    await form.getByLabel('Certificate file').setInputFiles(fileOf('cert.pem', cert));
    await form.getByLabel('Key file').setInputFiles(fileOf('key.pem', key));
    await form.getByRole('button', { name: 'Import' }).click();
    await expect(dialog.getByRole('status')).toHaveText(`${name} was imported.`);
  });
}

async function makeCertificate(page: Page, hosts: string): Promise<void> {
  await inCertificates(page, async (dialog) => {
    const form = dialog.getByRole('form', { name: 'Make a certificate' });
    await form.getByRole('textbox', { name: 'Host names and addresses' }).fill(hosts);
    await form.getByRole('button', { name: 'Make certificate' }).click();
    await expect(dialog.getByRole('status')).toHaveText(`${hosts} was made.`);
  });
}

/** What the dialog saves of Socketscope's own authority. */
async function ownAuthority(page: Page): Promise<string> {
  let pem = '';
  await inCertificates(page, async (dialog) => {
    const save = dialog.getByRole('button', { name: 'Export Socketscope’s own authority' });
    pem = await saved(page, () => save.click());
  });
  return pem;
}

const subjectOf = (socket: unknown): string =>
  (socket as TLSSocket).getPeerCertificate().subject.CN as string;

test.describe('a TLS server', () => {
  test('makes its certificate by itself, and openssl verifies it with the exported authority', async ({
    app,
    run,
    dataFolder,
  }) => {
    needs('openssl');
    await newServer(app, 'TLS');
    await app.getByLabel('Reply').selectOption({ label: 'Echo' });
    await openOptions(app, 'TLS');
    await fill(app.getByRole('textbox', { name: 'Protocols (ALPN)' }), 'h2, http/1.1');
    const port = await listen(app);
    const ca = `${dataFolder}/exported.pem`;
    await writeFile(ca, await ownAuthority(app));
    const names = ['-servername', 'localhost', '-verify_hostname', 'localhost'];
    const trust = ['-CAfile', ca, '-verify_return_error', '-alpn', 'http/1.1'];
    const openssl = run('openssl', 's_client', '-connect', `127.0.0.1:${port}`, ...names, ...trust, '-brief');
    await expect.poll(() => openssl.complaints).toContain('Verification: OK');
    openssl.write('from openssl\n');
    await expect.poll(() => openssl.output).toContain('from openssl\n');
    await expect(logRow(app, 'Secured with')).toContainText(
      /TLS 1\.3, TLS_\w+, ALPN http\/1\.1, SNI localhost/,
    );
    const peer = app.getByRole('list', { name: 'Peers' }).getByRole('listitem');
    await expect(peer.locator('[data-row]')).toHaveAttribute('title', /TLS 1\.3 · ALPN http\/1\.1/);
    await send(app, 'from the app\\n');
    await expect.poll(() => openssl.output).toContain('from the app\n');
    await pictures(app, 'tls-server');
    openssl.endInput();
    await openssl.ended;
    await app.getByRole('button', { name: 'Closed 1' }).click();
    await expect(peer.last()).toContainText('closed');
  });

  test('lets in clients whom the chosen authority signed, and says why it refuses others', async ({
    app,
    peers,
  }) => {
    const lab = await makeAuthority('Lab CA');
    await newServer(app, 'TLS');
    await importAuthority(app, 'Lab', lab);
    await app.getByRole('combobox', { name: 'Client certificates' }).selectOption('Required');
    await app.getByRole('combobox', { name: 'Clients are trusted if signed by' }).selectOption('Lab');
    const port = await listen(app);
    const known = await peers.connectTls({
      port,
      rejectUnauthorized: false,
      ...(await makeLeaf(lab, 'anna')),
    });
    known.send('I am Anna');
    await expect(logRow(app, 'I am Anna')).toHaveCount(1);
    await logRow(app, 'Secured with').click();
    await expect(app.getByRole('list', { name: 'Certificate chain' })).toContainText('CN=anna');
    const nobody = await peers.connectTls({ port, rejectUnauthorized: false });
    await expect.poll(() => nobody.code).toBe('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
    await expect(logRow(app, 'showed no client certificate, which this server requires')).toHaveCount(1);
    const stranger = await makeLeaf(await makeAuthority('Other CA'), 'mallory');
    const refused = await peers.connectTls({ port, rejectUnauthorized: false, ...stranger });
    await expect.poll(() => refused.isClosed).toBe(true);
    await expect(logRow(app, 'The certificate does not hold')).toHaveCount(1);
    known.send('and I still am');
    await expect(logRow(app, 'and I still am')).toHaveCount(1);
    await pictures(app, 'tls-client-certificates');
  });

  test('shows the certificate of the name that a client asks for, else the first', async ({ app, peers }) => {
    await newServer(app, 'TLS');
    for (const name of ['one.test', 'two.test']) {
      await makeCertificate(app, name);
      await app.getByRole('button', { name: 'Add a certificate' }).click();
      await app.getByRole('menuitem', { name }).click();
    }
    await expect(
      app.getByRole('list', { name: 'Certificates of this server' }).getByRole('listitem'),
    ).toHaveCount(2);
    const port = await listen(app);
    for (const [servername, shown] of [
      ['two.test', 'two.test'],
      ['one.test', 'one.test'],
      ['', 'one.test'],
    ]) {
      const { socket } = await peers.connectTls({ port, servername: servername!, rejectUnauthorized: false });
      expect(subjectOf(socket)).toBe(shown);
    }
    await expect(logRow(app, 'SNI two.test')).toHaveCount(1);
    await expect(logRow(app, 'SNI one.test')).toHaveCount(1);
  });

  test('whose certificate was removed does not start, and says so once', async ({ app }) => {
    await newServer(app, 'TLS');
    await makeCertificate(app, 'gone.test');
    await app.getByRole('button', { name: 'Add a certificate' }).click();
    await app.getByRole('menuitem', { name: 'gone.test' }).click();
    await inCertificates(app, async (dialog) => {
      await dialog.getByRole('button', { name: 'Remove gone.test' }).click();
      await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
      await expect(dialog.getByRole('list', { name: 'Stored certificates' })).not.toContainText('gone.test');
    });
    await expect(app.getByText('A certificate that is no longer there')).toBeVisible();
    await app.getByRole('button', { name: 'Start listening' }).click();
    await expect(settings(app)).toContainText('A chosen certificate is no longer there');
    await expect(logRow(app, 'A chosen certificate is no longer there')).toHaveCount(1);
    await expect(app.getByRole('status').filter({ hasText: 'A chosen certificate' })).toHaveCount(1);
  });

  test('keeps a key log when told to, warns of it, and saves it', async ({ app, peers }) => {
    await newServer(app, 'TLS');
    await openOptions(app, 'TLS');
    const warning = app.getByText('Whoever has the key log can read all of this traffic.');
    await expect(warning).toBeHidden();
    await app.getByRole('checkbox', { name: 'Keep a key log' }).check();
    await expect(warning).toBeVisible();
    const port = await listen(app);
    const save = app.getByRole('button', { name: 'Save key log' });
    await save.click();
    await expect(app.getByText('The key log is empty')).toBeVisible();
    const peer = await peers.connectTls({ port, rejectUnauthorized: false });
    peer.send('secret');
    await expect(logRow(app, 'secret')).toHaveCount(1);
    const kept = await saved(app, () => save.click());
    expect(kept).toMatch(/^SERVER_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]{64} [0-9a-f]{64,96}$/m);
    expect(kept).toMatch(/^CLIENT_TRAFFIC_SECRET_0 /m);
  });

  test('does not start with a key log that cannot be written, and says so once', async ({
    app,
    dataFolder,
  }) => {
    await writeFile(`${dataFolder}/keylogs`, 'a file in the place of the folder');
    await newServer(app, 'TLS');
    await openOptions(app, 'TLS');
    await app.getByRole('checkbox', { name: 'Keep a key log' }).check();
    await app.getByRole('button', { name: 'Start listening' }).click();
    await expect(settings(app)).toContainText('The key log cannot be written, so TLS was not started');
    await expect(logRow(app, 'The key log cannot be written')).toHaveCount(1);
    await expect(app.getByRole('status').filter({ hasText: 'The key log cannot be written' })).toHaveCount(1);
    await app.getByRole('checkbox', { name: 'Keep a key log' }).uncheck();
    await listen(app);
  });

  test('shows the certificate of a PKCS#12 file, which its passphrase opens', async ({
    app,
    peers,
    dataFolder,
  }) => {
    needs('openssl');
    const lab = await makeAuthority('Lab CA');
    const file = await packed(dataFolder, await makeLeaf(lab, 'packed.test', 'packed.test'), lab, 'open it');
    await newServer(app, 'TLS');
    await inCertificates(app, async (dialog) => {
      const form = dialog.getByRole('form', { name: 'Import files' });
      await form.getByLabel('Certificate file').setInputFiles(file);
      await form.getByRole('button', { name: 'Import' }).click();
      await expect(dialog.getByRole('alert')).toContainText('The private key is locked with a passphrase');
      await form.getByLabel('Passphrase').fill('open');
      await form.getByRole('button', { name: 'Import' }).click();
      await expect(dialog.getByRole('alert')).toContainText('The passphrase is wrong');
      await expectAccessibleInBothThemes(app, 'tls-pkcs12');
      await form.getByLabel('Passphrase').fill('open it');
      await form.getByRole('button', { name: 'Import' }).click();
      await expect(dialog.getByRole('status')).toHaveText('packed was imported.');
    });
    await app.getByRole('button', { name: 'Add a certificate' }).click();
    await app.getByRole('menuitem', { name: 'packed' }).click();
    const port = await listen(app);
    const peer = await peers.connectTls({ port, servername: 'packed.test', ca: lab.cert });
    expect(subjectOf(peer.socket)).toBe('packed.test');
  });

  test('tells peers apart that do not speak TLS, and goes on serving those that do', async ({
    app,
    peers,
  }) => {
    await newServer(app, 'TLS');
    await app.getByLabel('Reply').selectOption({ label: 'Echo' });
    const port = await listen(app);
    const good = await peers.connectTls({ port, rejectUnauthorized: false });
    const browser = await peers.connect(port);
    browser.send('GET / HTTP/1.1\r\nHost: lab\r\n\r\n');
    await expect(logRow(app, 'sent an HTTP request without TLS')).toHaveCount(1);
    const typist = await peers.connect(port);
    typist.send('hello, is this the server?\n');
    await expect(logRow(app, 'spoke plain text instead of TLS')).toHaveCount(1);
    const fickle = await peers.connect(port);
    fickle.socket.end();
    await expect(logRow(app, 'closed the connection during the TLS handshake')).toHaveCount(1);
    for (const peer of [browser, typist, fickle])
      await expect.poll(() => peer.appFinished || peer.isClosed).toBe(true);
    good.send('still here');
    await expect.poll(() => good.text).toBe('still here');
    await logRow(app, 'sent an HTTP request without TLS').click();
    await pictures(app, 'tls-wrong-peers');
  });
});

test.describe('a TLS client', () => {
  test('verifies openssl s_server with an imported authority, and shows what was agreed on', async ({
    app,
    run,
    peers,
    dataFolder,
  }) => {
    needs('openssl');
    const lab = await makeAuthority('Lab CA');
    const { cert, key } = await makeLeaf(lab, 'server.test', 'server.test');
    const file = `${dataFolder}/server.pem`;
    await writeFile(file, cert + key);
    const port = await peers.freePort();
    const where = ['-accept', `127.0.0.1:${port}`, '-naccept', '2'];
    const openssl = run('openssl', 's_server', ...where, '-cert', file, '-alpn', 'http/1.1');
    await expect.poll(() => answers(port)).toBe(true);
    await newClient(app, 'TLS', port);
    await importAuthority(app, 'Lab', lab);
    await app.getByRole('combobox', { name: 'Trusted authorities' }).selectOption('Lab');
    await fill(app.getByRole('textbox', { name: 'Server name (SNI)' }), 'server.test');
    await fill(app.getByRole('textbox', { name: 'Protocols (ALPN)' }), 'h2, http/1.1');
    await connect(app);
    await expect(settings(app)).toContainText('Connected to');
    for (const fact of ['TLS 1.3', 'ALPN http/1.1', 'verified'])
      await expect(settings(app).getByText(`· ${fact}`, { exact: true })).toBeVisible();
    await expect(logRow(app, 'Secured with')).toContainText('SNI server.test');
    await send(app, 'from the app\\n');
    await expect.poll(() => openssl.output).toContain('from the app\n');
    openssl.write('from openssl\n');
    await expect(logRow(app, 'from openssl')).toHaveCount(1);
    await pictures(app, 'tls-client');
    await logRow(app, 'Secured with').click();
    await app.getByRole('tab', { name: 'Connection' }).click();
    const steps = app.getByRole('list', { name: 'Steps' });
    for (const step of ['Sent ClientHello', 'Received ServerHello', 'Received encrypted handshake messages'])
      await expect(steps).toContainText(step);
    await pictures(app, 'tls-timeline');
    await app.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await openssl.ended;
  });

  test('verifies a server of the app itself with Socketscope’s own authority', async ({ app }) => {
    await newServer(app, 'TLS');
    const port = await listen(app);
    await newClient(app, 'TLS', port);
    await connect(app);
    await settings(app).getByRole('button', { name: 'Trust it here' }).click();
    await expect(settings(app).getByText('· verified', { exact: true })).toBeVisible();
    await openOptions(app, 'TLS');
    await expect(app.getByRole('combobox', { name: 'Trusted authorities' })).toHaveValue('local');
    await expect(app.getByRole('checkbox', { name: 'Verify the server’s certificate' })).toBeChecked();
  });

  test('refuses a server that it does not trust and shows its chain; connected anyway, it stays marked', async ({
    app,
    peers,
  }) => {
    const lab = await makeAuthority('Lab CA');
    const { cert, key } = await makeLeaf(lab, 'server.test', 'server.test');
    const server = await peers.listenTls({ cert: cert + lab.cert, key });
    await newClient(app, 'TLS', server.port);
    await connect(app);
    await expect(settings(app)).toContainText('the authority at the end of its chain is not trusted here');
    const refused = (await whyOf(app)).getByRole('region', { name: 'The certificate that was refused' });
    const chain = refused.getByRole('list', { name: 'Certificate chain' });
    await expect(chain).toContainText('CN=server.test');
    await expect(chain).toContainText('CN=Lab CA');
    await expect(chain).toContainText(/SHA-256\s*([0-9A-F]{2}:){31}[0-9A-F]{2}/);
    expect(server.peers.every(({ text }) => text === '')).toBe(true);
    await expectAccessibleInBothThemes(app, 'tls-refused');
    await expect(refused.getByRole('button', { name: 'Connect anyway' })).toBeInViewport();
    await expect(app.getByRole('button', { name: 'Connect and send' }).first()).toBeInViewport();
    await expect(app.getByRole('textbox', { name: 'Message', exact: true })).toBeInViewport({ ratio: 1 });
    await refused.getByRole('button', { name: 'Connect anyway' }).click();
    const marked = settings(app).getByText('not verified: SELF_SIGNED_CERT_IN_CHAIN');
    await expect(marked).toBeVisible();
    await expect(logRow(app, 'Secured with')).toContainText('not verified: SELF_SIGNED_CERT_IN_CHAIN');
    await send(app, 'careful');
    await expect.poll(() => server.peers.at(-1)?.text).toBe('careful');
    await pictures(app, 'tls-not-verified');
    await app.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await connect(app);
    await expect(refused).toBeVisible();
    await expect(marked).toBeHidden();
  });

  test('shows the certificate that was chosen for it to a server that wants one', async ({ app, peers }) => {
    const lab = await makeAuthority('Lab CA');
    const server = await peers.listenTls({
      ...(await makeLeaf(lab, 'server.test')),
      ca: lab.cert,
      requestCert: true,
    });
    await newClient(app, 'TLS', server.port);
    await importAuthority(app, 'Lab', lab);
    await app.getByRole('combobox', { name: 'Trusted authorities' }).selectOption('Lab');
    await connect(app);
    await expect(await whyOf(app)).toContainText('The server wants to know who the client is');
    await importIdentity(app, 'anna', await makeLeaf(lab, 'anna'));
    await app.getByRole('combobox', { name: 'Client certificate', exact: true }).selectOption('anna');
    await connect(app);
    await expect(settings(app)).toContainText('Connected to');
    await expect.poll(() => server.peers.length).toBe(1);
    expect(subjectOf(server.peers[0]!.socket)).toBe('anna');
  });

  for (const [what, answer, said] of [
    ['an HTTP server', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'is an HTTP server without TLS'],
    ['a server that greets in plain text', '220 lab ESMTP\r\n', 'spoke plain text instead of TLS'],
    ['a server of other bytes', '\0\x01\x02\x03\x04\x05\x06\x07', 'sent bytes that are not TLS'],
  ] as const)
    test(`tells that it met ${what} in place of TLS`, async ({ app, peers }) => {
      const server = await peers.listen();
      await newClient(app, 'TLS', server.port);
      await connect(app);
      await expect.poll(() => server.peers.length).toBe(1);
      server.peers[0]!.socket.write(answer, 'latin1');
      await expect(settings(app)).toContainText(said);
      await expect(logRow(app, said)).toHaveCount(1);
    });

  test('tells a server that says nothing from one that closes', async ({ app, peers }) => {
    const server = await peers.listen();
    await newClient(app, 'TLS', server.port);
    await openOptions(app, 'Timeouts');
    await fill(app.getByRole('textbox', { name: 'Handshake timeout (ms)' }), '300');
    await connect(app);
    await expect(settings(app)).toContainText('said nothing in answer to TLS');
    await fill(app.getByRole('textbox', { name: 'Handshake timeout (ms)' }), '60000');
    await connect(app);
    await expect.poll(() => server.peers.length).toBe(2);
    server.peers[1]!.socket.end();
    await expect(settings(app)).toContainText('closed the connection during the TLS handshake');
  });
});

test.describe('without a violation that axe knows, in both themes', () => {
  test('the TLS options of a server, with a certificate and client certificates', async ({ app }) => {
    await newServer(app, 'TLS');
    await makeCertificate(app, 'lab.test');
    await app.getByRole('button', { name: 'Add a certificate' }).click();
    await app.getByRole('menuitem', { name: 'lab.test' }).click();
    await app.getByRole('combobox', { name: 'Client certificates' }).selectOption('Asked for');
    await app.getByRole('checkbox', { name: 'Keep a key log' }).check();
    await openOptions(app, 'TLS');
    await expectAccessibleInBothThemes(app, 'tls-server-options');
    await app.setViewportSize({ width: 1024, height: 640 });
    await expectAccessibleInBothThemes(app, 'tls-server-options-small');
  });

  test('the TLS options of a client that does not verify', async ({ app }) => {
    await newClient(app, 'TLS', 443);
    await openOptions(app, 'TLS');
    await app.getByRole('checkbox', { name: 'Verify the server’s certificate' }).uncheck();
    await expect(app.getByText('Certificates are not verified:')).toBeVisible();
    await openOptions(app, 'TLS');
    await expectAccessibleInBothThemes(app, 'tls-client-options');
    await app.setViewportSize({ width: 1024, height: 640 });
    await expectAccessibleInBothThemes(app, 'tls-client-options-small');
  });

  test('the dialog of certificates, with facts, a question and a refused file', async ({ app }) => {
    await newServer(app, 'TLS');
    await importAuthority(app, 'Lab', await makeAuthority('Lab CA'));
    await makeCertificate(app, 'lab.test');
    await app.getByRole('button', { name: 'Certificates…' }).click();
    const dialog = certificates(app);
    await dialog.getByRole('button', { name: 'Facts of lab.test' }).click();
    await expect(dialog.getByRole('list', { name: 'Certificate chain' })).toContainText('CN=lab.test');
    await expectAccessibleInBothThemes(app, 'certificates');
    await dialog.getByRole('button', { name: 'Remove Lab', exact: true }).click();
    await expect(dialog).toContainText('Servers and clients that use it will not start.');
    await dialog.getByLabel('Certificate file').setInputFiles(fileOf('notes.txt', 'not a certificate'));
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(dialog.getByRole('alert')).toContainText('This file is neither PEM nor PKCS#12');
    await app.setViewportSize({ width: 1024, height: 640 });
    await expectAccessibleInBothThemes(app, 'certificates-small');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(dialog.getByRole('list', { name: 'Stored certificates' })).not.toContainText('Lab');
  });
});
