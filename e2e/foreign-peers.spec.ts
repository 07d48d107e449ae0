/** Programs that know nothing of the app, at the other end of its sockets. */
import type { Page } from '@playwright/test';
import { connectClient, expect, logRow, picture, startServer } from './fixtures.ts';
import { needs, test } from './programs.ts';

async function send(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

test('serves ncat, which half-closes and still gets its answer', async ({ app, run }) => {
  needs('ncat');
  const port = await startServer(app, 'Echo');
  const ncat = run('ncat', '127.0.0.1', String(port));
  ncat.write('from ncat\n');
  await expect.poll(() => ncat.output).toBe('from ncat\n');
  await send(app, 'from the app\\n');
  await expect.poll(() => ncat.output).toBe('from ncat\nfrom the app\n');
  ncat.endInput();
  await ncat.ended;
  await expect(logRow(app, /finished sending \(half-closed\)/)).toHaveCount(1);
  await expect(logRow(app, /ended: both sides finished sending/)).toHaveCount(1);
  await picture(app, 'foreign-ncat');
});

test('connects to a listening ncat and disconnects when told', async ({ app, run, peers }) => {
  needs('ncat');
  const port = await peers.freePort();
  const ncat = run('ncat', '-l', '-v', '127.0.0.1', String(port));
  await expect.poll(() => ncat.complaints).toContain('Listening on');
  await connectClient(app, port);
  ncat.write('welcome\n');
  await expect(logRow(app, 'welcome')).toHaveCount(1);
  await send(app, 'thanks\\n');
  await expect.poll(() => ncat.output).toBe('thanks\n');
  await app.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await ncat.ended;
});

test('serves socat, and keeps every byte of a large transfer', async ({ app, run }) => {
  needs('socat');
  const port = await startServer(app, 'Echo');
  const size = 3_000_000;
  const socat = run('socat', '-t', '10', 'STDIO', `TCP4:127.0.0.1:${port}`);
  socat.write('0123456789'.repeat(size / 10));
  socat.endInput();
  await socat.ended;
  expect(socat.output.length).toBe(size);
  expect(socat.output).toBe('0123456789'.repeat(size / 10));
  const settings = app.getByRole('region', { name: 'Server settings' });
  await expect(settings).toContainText('received 3.00 MB');
  await expect(settings).toContainText('sent 3.00 MB');
  await picture(app, 'foreign-socat');
});

test('tells a reset by a python3 program from its clean end', async ({ app, run }) => {
  needs('python3');
  const port = await startServer(app);
  const resetting = `
import socket, struct
s = socket.create_connection(('127.0.0.1', ${port}))
s.sendall(b'\\x00\\xff reset')
input()
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
s.close()`;
  const python = run('python3', '-c', resetting);
  await expect(logRow(app, 'reset')).toHaveCount(1);
  python.write('\n');
  await python.ended;
  await expect(logRow(app, 'reset the connection (ECONNRESET)')).toHaveCount(1);
  await run('python3', '-c', `import socket; socket.create_connection(('127.0.0.1', ${port})).close()`).ended;
  await expect(logRow(app, /ended: both sides finished sending/)).toHaveCount(1);
  await picture(app, 'foreign-python');
});

test('talks to a python3 server line by line', async ({ app, run }) => {
  needs('python3');
  const server = `
import socketserver
class Upper(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line.upper())
with socketserver.TCPServer(('127.0.0.1', 0), Upper) as server:
    print(server.server_address[1], flush=True)
    server.handle_request()`;
  const python = run('python3', '-c', server);
  await expect.poll(() => python.output).toMatch(/^\d+\n$/);
  await connectClient(app, Number(python.output));
  await send(app, 'shout this\\r\\n');
  await expect(logRow(app, /SHOUT THIS/)).toHaveCount(1);
  await app.getByRole('button', { name: 'How to end the connection' }).click();
  await app.getByRole('menuitem', { name: /^Finish sending/ }).click();
  await python.ended;
  await expect(logRow(app, /ended: both sides finished sending/)).toHaveCount(1);
});
