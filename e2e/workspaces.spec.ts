import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, picture, test } from './fixtures.ts';
import { expectAccessibleInBothThemes } from './looks.ts';

test('a workspace becomes a file, follows it, gives way to another one and comes back', async ({
  app,
  dataFolder,
}) => {
  const folder = join(dataFolder, 'files');
  const file = join(folder, 'lab.socketscope.json');
  const json = async (): Promise<Record<string, { name: string }[]>> =>
    JSON.parse(await readFile(file, 'utf8')) as Record<string, { name: string }[]>;
  const foot = app.getByRole('button', { name: /^Workspace: / });
  const dialog = app.getByRole('dialog', { name: 'Workspaces' });
  const servers = app.getByRole('list', { name: 'Servers' });

  await app.getByRole('button', { name: 'New server' }).first().click();
  await expect(foot).toHaveText('My workspace');
  await app.keyboard.press('Control+o');
  await expect(dialog).toContainText('in the data folder, no file yet');
  await dialog.getByRole('textbox', { name: 'Name of the file' }).fill('lab');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toContainText('All that is here is in the file.');
  await expectAccessibleInBothThemes(app, 'workspaces');
  await app.keyboard.press('Escape');
  await expect(foot).toHaveText('lab');
  expect(await json()).toMatchObject({ format: 'socketscope', endpoints: [{ role: 'listener' }] });

  // What is done here is in the file soon.
  await app.getByRole('button', { name: 'New client' }).first().click();
  await expect.poll(async () => (await json())['endpoints']?.length).toBe(2);

  // What another program does to the file is shown, and nothing is taken unasked.
  const changed = await json();
  changed['endpoints']![0]!.name = 'Renamed elsewhere';
  await writeFile(file, JSON.stringify(changed));
  await expect(foot).toContainText('file changed');
  await expect(servers).not.toContainText('Renamed elsewhere');
  await foot.click();
  await expect(dialog).toContainText('Changed: endpoint “Renamed elsewhere” (name)');
  await picture(app, 'workspace-changed');
  await dialog.getByRole('button', { name: 'Take the file’s' }).click();
  await expect(dialog).toContainText('All that is here is in the file.');
  await app.keyboard.press('Escape');
  await expect(servers).toContainText('Renamed elsewhere');

  // Another one, while a server runs: asked for first. Then this one is in the list, and back with all it had.
  await servers.getByText('Renamed elsewhere').click();
  await app.keyboard.press('F8');
  await expect(app.getByText(/^Listening/).first()).toBeVisible();
  await mkdir(folder, { recursive: true });
  const theirs = { format: 'socketscope', version: 1, endpoints: [{ role: 'client', name: 'Their client' }] };
  const handed = { name: 'theirs.socketscope.json', mimeType: 'application/json' };
  await foot.click();
  await dialog.locator('input[type=file]').setInputFiles({ ...handed, buffer: Buffer.from('{"format": 1}') });
  await dialog.getByRole('button', { name: 'Stop and open' }).click();
  await expect(dialog.getByRole('alert')).toContainText(
    'line 1, column 12: this is no workspace of Socketscope',
  );
  await dialog
    .locator('input[type=file]')
    .setInputFiles({ ...handed, buffer: Buffer.from(JSON.stringify(theirs)) });
  await expect(dialog.getByRole('alert')).toContainText('One endpoint runs here: it would be stopped.');
  await picture(app, 'workspace-asks');
  await dialog.getByRole('button', { name: 'Stop and open' }).click();
  await expect(foot).toHaveText('theirs');
  await expect(app.getByRole('list', { name: 'Clients' })).toContainText('Their client');
  await expect(servers).not.toContainText('Renamed elsewhere');
  expect((await readdir(folder)).sort()).toEqual(['lab.socketscope.json', 'theirs.socketscope.json']);

  await app.keyboard.press('Control+o');
  await dialog.getByRole('button', { name: /^lab / }).click();
  await expect(foot).toHaveText('lab');
  await expect(servers).toContainText('Renamed elsewhere');
  await expect(app.getByText('1 was running')).toBeVisible();
});
