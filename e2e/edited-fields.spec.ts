/** What is connected, and what is only typed. */
import { expect, newTab, test } from './fixtures.ts';
import { pictures } from './looks.ts';
import { rawServer } from './raw-server.ts';

test('a key connects to the address that is being typed; what is connected is named, whatever is typed then', async ({
  app,
}) => {
  const [first, second] = [await rawServer(), await rawServer()];
  await newTab(app, 'client');
  const host = app.getByRole('textbox', { name: 'Host', exact: true });
  await host.fill(`127.0.0.1:${first.port}`);
  await app.keyboard.press('F9');
  const settings = app.getByRole('region', { name: 'Client settings' });
  await expect(settings).toContainText(`Connected to 127.0.0.1:${first.port}`);
  await host.fill(`127.0.0.1:${second.port}`);
  await host.press('Enter');
  await expect(settings).toContainText('Not applied until');
  await app.reload();
  await expect(settings).toContainText('Not applied until');
  await expect(app.getByRole('tab', { name: `127.0.0.1:${first.port}` })).toBeVisible();
  await expect(app.getByRole('region', { name: 'Compose a message' })).toContainText(
    `127.0.0.1:${first.port}`,
  );
  await app.getByRole('textbox', { name: 'Message' }).fill('to the first');
  await app.keyboard.press('ControlOrMeta+Enter');
  await expect.poll(() => first.text).toBe('to the first');
  await pictures(app, 'client-not-applied');
  await app.keyboard.press('Shift+F9');
  await expect(app.getByRole('tab', { name: `127.0.0.1:${second.port}` })).toBeVisible();
  await second.close();
  await app.keyboard.press('F9');
  await expect(settings).toContainText('ECONNREFUSED');
  await host.fill(`127.0.0.1:${first.port}`);
  await host.press('Enter');
  await expect(settings).not.toContainText('ECONNREFUSED');
  await expect(app.getByRole('group', { name: 'What was found out' })).toHaveCount(0);
  await first.close();
});
