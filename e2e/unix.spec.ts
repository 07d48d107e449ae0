/** Unix sockets in both roles, against plain sockets and programs of others. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, logRow } from './fixtures.ts';
import { expectAccessibleInBothThemes, pictures } from './looks.ts';
import { needs, test } from './programs.ts';
import { connect, listen, newClient, newServer, send, settings } from './steps.ts';

test.skip(process.platform === 'win32', 'Windows has named pipes in place of socket files');

test.describe('a Unix server', () => {
  test('makes its socket file, serves many, and removes the file when it stops', async ({
    app,
    peers,
    dataFolder,
  }) => {
    const path = `${dataFolder}/demo.sock`;
    await newServer(app, 'Unix', path);
    await app.getByLabel('Reply').selectOption({ label: 'Echo' });
    await listen(app);
    await expect(settings(app)).toContainText(`Listening on ${path}`);
    expect(existsSync(path)).toBe(true);
    const clients = [await peers.connectPath(path), await peers.connectPath(path)];
    for (const [index, client] of clients.entries()) {
      client.send(`I am ${index}`);
      await expect.poll(() => client.text).toBe(`I am ${index}`);
    }
    await expect(settings(app)).toContainText('2 connected');
    await app.getByRole('combobox', { name: 'To' }).selectOption({ label: 'all 2 peers' });
    await send(app, ', all');
    for (const [index, client] of clients.entries())
      await expect.poll(() => client.text).toBe(`I am ${index}, all`);
    await pictures(app, 'unix-server');
    await app.setViewportSize({ width: 1024, height: 640 });
    await pictures(app, 'unix-server-small');
    await app.getByRole('button', { name: 'Stop listening' }).click();
    await expect(settings(app)).toContainText('Stopped');
    await expect.poll(() => existsSync(path)).toBe(false);
    for (const client of clients) await expect.poll(() => client.appFinished || client.isClosed).toBe(true);
  });

  test('explains a stale socket file, and the button that is offered removes it and starts', async ({
    app,
    peers,
    run,
    dataFolder,
  }) => {
    const path = `${dataFolder}/stale.sock`;
    const left = run(
      process.execPath,
      '-e',
      `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('ready'))`,
    );
    await expect.poll(() => left.output).toBe('ready\n');
    left.child.kill('SIGKILL');
    await left.ended;
    expect(existsSync(path)).toBe(true);
    await newServer(app, 'Unix', path);
    await app.getByRole('button', { name: 'Start listening' }).click();
    await expect(settings(app)).toContainText('was left behind: nobody listens on it any more');
    const remove = settings(app).getByRole('button', { name: 'Remove the stale socket file and start' });
    await expect(remove).toBeVisible();
    await expectAccessibleInBothThemes(app, 'unix-stale');
    await app.setViewportSize({ width: 1024, height: 640 });
    await pictures(app, 'unix-stale-small');
    await remove.click();
    await expect(settings(app)).toContainText(`Listening on ${path}`);
    const peer = await peers.connectPath(path);
    peer.send('fresh');
    await expect(logRow(app, 'fresh')).toHaveCount(1);
  });

  test('leaves the socket of a living server and an ordinary file alone', async ({
    app,
    peers,
    dataFolder,
  }) => {
    const live = `${dataFolder}/live.sock`;
    const server = await peers.listenPath(live);
    await newServer(app, 'Unix', live);
    await app.getByRole('button', { name: 'Start listening' }).click();
    await expect(settings(app)).toContainText('is already in use: a server answers there');
    const peer = await peers.connectPath(live);
    await expect.poll(() => server.peers.length).toBeGreaterThan(0);
    peer.socket.destroy();
    const file = `${dataFolder}/notes.txt`;
    await writeFile(file, 'mine');
    await newServer(app, 'Unix', file);
    await app.getByRole('button', { name: 'Start listening' }).click();
    await expect(settings(app)).toContainText('is a file, but not a socket');
    await expect(settings(app).getByRole('button', { name: /^Remove/ })).toHaveCount(0);
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  test('answers socat', async ({ app, run, dataFolder }) => {
    needs('socat');
    const path = `${dataFolder}/socat.sock`;
    await newServer(app, 'Unix', path);
    await app.getByLabel('Reply').selectOption({ label: 'Echo' });
    await listen(app);
    const socat = run('socat', '-t', '10', 'STDIO', `UNIX-CONNECT:${path}`);
    socat.write('over a file\n');
    await expect.poll(() => socat.output).toBe('over a file\n');
    socat.endInput();
    await socat.ended;
    await expect(logRow(app, 'both sides finished sending')).toHaveCount(1);
  });

  test('tells when a python3 client has finished', async ({ app, run, dataFolder }) => {
    needs('python3');
    const path = `${dataFolder}/python.sock`;
    await newServer(app, 'Unix', path);
    await listen(app);
    const script = `
import socket
s = socket.socket(socket.AF_UNIX)
s.connect(${JSON.stringify(path)})
s.sendall(b'from python')
s.shutdown(socket.SHUT_WR)
print(s.recv(100).decode(), flush=True)`;
    const python = run('python3', '-c', script);
    await expect(logRow(app, 'from python')).toHaveCount(1);
    await expect(logRow(app, 'finished sending (half-closed)')).toHaveCount(1);
    await python.ended;
    await expect(logRow(app, 'both sides finished sending')).toHaveCount(1);
  });
});

test.describe('a Unix client', () => {
  test('talks to a server of the test, and half-closes', async ({ app, peers, dataFolder }) => {
    const path = `${dataFolder}/server.sock`;
    const server = await peers.listenPath(path);
    await newClient(app, 'Unix', path);
    await connect(app);
    await expect(settings(app)).toContainText(`Connected to ${path}`);
    await send(app, 'hello');
    await expect.poll(() => server.peers[0]?.text).toBe('hello');
    server.peers[0]!.send('welcome');
    await expect(logRow(app, 'welcome')).toHaveCount(1);
    await pictures(app, 'unix-client');
    await app.setViewportSize({ width: 1024, height: 640 });
    await pictures(app, 'unix-client-small');
    await app.getByRole('button', { name: 'How to end the connection' }).click();
    await app.getByRole('menuitem', { name: /^Finish sending/ }).click();
    await expect.poll(() => server.peers[0]!.appFinished).toBe(true);
    server.peers[0]!.send('still here');
    await expect(logRow(app, 'still here')).toHaveCount(1);
    server.peers[0]!.socket.end();
    await expect(logRow(app, 'both sides finished sending')).toHaveCount(1);
  });

  test('says that there is no such socket, and that nobody listens on one', async ({
    app,
    run,
    dataFolder,
  }) => {
    const path = `${dataFolder}/nobody.sock`;
    await newClient(app, 'Unix', path);
    await connect(app);
    await expect(settings(app)).toContainText(`There is no socket file ${path} (ENOENT)`);
    const left = run(
      process.execPath,
      '-e',
      `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('ready'))`,
    );
    await expect.poll(() => left.output).toBe('ready\n');
    left.child.kill('SIGKILL');
    await left.ended;
    await connect(app);
    await expect(settings(app)).toContainText(`Nobody listens on the socket file ${path} (ECONNREFUSED)`);
  });

  test('talks to a listening socat', async ({ app, run, dataFolder }) => {
    needs('socat');
    const path = `${dataFolder}/socat.sock`;
    const socat = run('socat', '-d', '-d', `UNIX-LISTEN:${path}`, 'STDIO');
    await expect.poll(() => socat.complaints).toContain('listening on');
    await newClient(app, 'Unix', path);
    await connect(app);
    await send(app, 'to socat\\n');
    await expect.poll(() => socat.output).toBe('to socat\n');
    socat.write('from socat\n');
    await expect(logRow(app, 'from socat')).toHaveCount(1);
    await app.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await socat.ended;
  });

  test('talks to a python3 server', async ({ app, run, dataFolder }) => {
    needs('python3');
    const path = `${dataFolder}/python.sock`;
    const script = `
import socket
s = socket.socket(socket.AF_UNIX)
s.bind(${JSON.stringify(path)})
s.listen()
print('ready', flush=True)
c, _ = s.accept()
c.sendall(c.recv(100).upper())
c.recv(100)`;
    const python = run('python3', '-c', script);
    await expect.poll(() => python.output).toBe('ready\n');
    await newClient(app, 'Unix', path);
    await connect(app);
    await send(app, 'shout');
    await expect(logRow(app, /SHOUT/)).toHaveCount(1);
    await app.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await python.ended;
  });
});
