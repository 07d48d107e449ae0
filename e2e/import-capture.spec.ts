import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { expect, test } from './fixtures.ts';
import { run } from './keys.ts';
import { expectAccessibleInBothThemes, pictures } from './looks.ts';

/** Segments of one connection that asks for two things, the second of which is not all in the file. */
const said: [way: 'client' | 'server', sequence: number, flags: number, text: string][] = [
  ['client', 99, 2, ''],
  ['server', 499, 18, ''],
  ['client', 100, 24, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['server', 500, 24, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
  ['client', 140, 24, 'the end of something'],
  ['client', 160, 17, ''],
];

/** A pcap file of raw IP, without checksums, which nobody looks at. */
function pcap(): Buffer {
  const head = Buffer.from('d4c3b2a1020004000000000000000000ffff000065000000', 'hex');
  const packets = said.map(([way, sequence, flags, text], i) => {
    const ip = Buffer.from('4500000000004000400600007f0000017f000001', 'hex');
    ip.writeUInt16BE(40 + text.length, 2);
    const tcp = Buffer.alloc(20);
    tcp.writeUInt16BE(way === 'client' ? 50_000 : 80, 0);
    tcp.writeUInt16BE(way === 'client' ? 80 : 50_000, 2);
    tcp.writeUInt32BE(sequence, 4);
    tcp[12] = 0x50;
    tcp[13] = flags;
    const packet = Buffer.concat([ip, tcp, Buffer.from(text)]);
    const facts = Buffer.alloc(16);
    facts.writeUInt32LE(1_790_000_000 + i, 0);
    facts.writeUInt32LE(packet.length, 8);
    facts.writeUInt32LE(packet.length, 12);
    return Buffer.concat([facts, packet]);
  });
  return Buffer.concat([head, ...packets]);
}

test('captured traffic comes in as a log that is read like any other, and nothing can be sent there', async ({
  app,
  dataFolder,
  host,
}, testInfo) => {
  await run(app, 'import and export');
  const dialog = app.getByRole('dialog', { name: 'Import and export' });
  const bytes = pcap();
  const file = { name: 'traffic.pcap', mimeType: 'application/octet-stream' };
  await dialog.locator('input[type=file]').setInputFiles({ ...file, buffer: bytes.subarray(0, 24) });
  await dialog.getByRole('button', { name: 'Import capture' }).click();
  await expect(dialog.getByRole('alert')).toContainText('nothing that sockets sent is in it');
  await dialog.locator('input[type=file]').setInputFiles({ ...file, buffer: bytes });
  await expectAccessibleInBothThemes(app, 'import-capture');
  await dialog.getByRole('button', { name: 'Import capture' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(app.getByText('Imported: 1 connection of 6 packets')).toBeVisible();

  const log = app.getByRole('grid');
  await expect(log).toContainText('GET / HTTP/1.1');
  await expect(log).toContainText('13 bytes that were sent are not in the file');
  await expect(app.getByRole('region', { name: 'Captured elsewhere' })).toContainText('traffic.pcap');
  await expect(app.getByRole('button', { name: 'Connect', exact: true })).toHaveCount(0);
  await expect(app.getByRole('button', { name: 'Send', exact: true })).toHaveCount(0);
  const listed = app.getByRole('navigation').getByRole('list', { name: 'Captures' });
  await expect(listed).toContainText(/traffic\.pcap\s*\d+\s*20\d\d-\d\d-\d\d \d\d:\d\d · [\d.]+ B/);
  await app.getByRole('searchbox', { name: 'Filter' }).fill('HTTP');
  await expect(log).not.toContainText('the end of something');
  await pictures(app, 'captured-elsewhere');

  // Taken back, it has never been there; one that takes long goes on behind the window, and can be stopped.
  await app.getByRole('searchbox', { name: 'Filter' }).fill('');
  await run(app, 'import and export');
  await dialog.locator('input[type=file]').setInputFiles({ ...file, name: 'twice.pcap', buffer: bytes });
  await dialog.getByRole('button', { name: 'Import capture' }).click();
  await expect(listed.getByRole('listitem')).toHaveCount(2);
  await app.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(listed.getByRole('listitem')).toHaveCount(1);
  const long = testInfo.outputPath('long.jsonl');
  const line = (sequence: number): string =>
    `${JSON.stringify({ sequence, time: '2026-11-28T10:00:00.000Z', endpoint: 'tcp://192.0.2.1:80', kind: 'received', connection: null, hex: '68' })}\n`;
  await writeFile(long, Array.from({ length: 600_000 }, (_, at) => line(at)).join(''));
  await run(app, 'import and export');
  await dialog.locator('input[type=file]').setInputFiles(long);
  await dialog.getByRole('button', { name: 'Import capture' }).click();
  await expect(dialog.getByRole('progressbar')).toBeVisible();
  await app.keyboard.press('Escape');
  const status = app.getByRole('contentinfo', { name: 'Status' });
  await expect(status.getByRole('progressbar', { name: /Importing .*long\.jsonl/ })).toBeVisible();
  await pictures(app, 'import-under-way');
  await status.getByRole('button', { name: /^Cancel: Importing/ }).click();
  await expect(status.getByRole('progressbar')).toHaveCount(0);
  await expect(listed.getByRole('listitem')).toHaveCount(1);

  // It is there again, and on the command line.
  await app.close();
  await host.stop();
  const shown = execFileSync(
    process.execPath,
    ['out/headless/cli.js', 'show', dataFolder, '--format', 'raw'],
    {
      encoding: 'utf8',
    },
  );
  expect(shown).toContain('200 OK');
});
