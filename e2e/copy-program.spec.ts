/** What a person did in the window, as a program that does the same. */
import { connectClient, expect, expectWritten, logRow } from './fixtures.ts';
import { needs, test } from './programs.ts';
import { pictures } from './looks.ts';
import { rawServer } from './raw-server.ts';

test('two messages of the log become a Python program that sends the same bytes', async ({
  app,
  context,
  run,
}) => {
  needs('python3');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const server = await rawServer();
  await connectClient(app, server.port);
  const message = app.getByRole('textbox', { name: 'Message' });
  for (const text of ["it's {{'你'}}\\r\\n", '\\x00\\xff"\\\\{{u16be 513}}']) {
    await message.fill(text);
    await app.getByRole('button', { name: 'Send', exact: true }).click();
    await expectWritten(message, '');
  }
  const hex = `${Buffer.from("it's 你\r\n").toString('hex')}00ff225c0201`;
  await expect.poll(() => server.hex).toBe(hex);
  await expect(logRow(app, '5C 02 01')).toHaveCount(1);

  // As the log has them, whatever else was chosen with them.
  await logRow(app, /connected/i)
    .first()
    .click();
  await app.keyboard.press('ControlOrMeta+a');
  await logRow(app, "it's").click({ button: 'right' });
  await app.getByRole('menuitem', { name: 'Copy as a program' }).hover();
  const openssl = app.getByRole('menuitem', { name: 'openssl' });
  await expect(openssl).toHaveAttribute('aria-disabled', 'true');
  await pictures(app, 'copy-program');
  await app.getByRole('menuitem', { name: 'Python' }).click();
  await expect(app.getByText('Copied: Python, which sends 2 messages.')).toBeVisible();
  const python = await app.evaluate(() => navigator.clipboard.readText());

  // Where nobody has sent anything yet.
  const other = await rawServer();
  const program = run('python3', '-c', python.replace(`, ${server.port})`, `, ${other.port})`));
  await expect.poll(() => other.hex).toBe(hex);
  await other.close();
  await program.ended;
  expect(program.complaints).toBe('');

  // The tab's menu takes the message that is being written.
  await message.fill('draft');
  await app.getByRole('tablist', { name: 'Open tabs' }).getByRole('tab').click({ button: 'right' });
  await app.getByRole('menuitem', { name: 'Copy as a program' }).hover();
  await app.getByRole('menuitem', { name: 'ncat', exact: true }).click();
  await expect(app.getByText('Copied: ncat, which sends 1 message.')).toBeVisible();
  const shell = await app.evaluate(() => navigator.clipboard.readText());
  expect(shell).toContain(`printf 'draft' | ncat 127.0.0.1 ${server.port}\n`);
  await server.close();
});
