/** The sheet of settings that are about the app itself. */
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

afterEach(closePages);

const field = page.getByRole('textbox', { name: 'Keep free on the disk' });

async function openSettings(change: Partial<TestHost> = {}): Promise<TestHost> {
  const host = Object.assign(new TestHost(), change);
  const app = await openPage(host);
  app.run('open-settings');
  await expect.element(field).toBeVisible();
  return host;
}

describe('the room that captures leave on the disk', () => {
  test('is shown and changed as a person writes sizes, and told by another page', async () => {
    const host = await openSettings();
    await expect.element(field).toHaveValue('256 MiB');
    await userEvent.fill(field, '1.5G');
    await userEvent.keyboard('{Enter}');
    await eventually(() => expect(host.keepFree.bytes).toBe(1.5 * 2 ** 30));
    await expect.element(field).toHaveValue('1536 MiB');
    host.changeKeepFree({ bytes: 0, isFixed: false });
    await host.summarize();
    await expect.element(field).toHaveValue('0 B');
  });

  test('takes nothing that is no size, and says how to write one', async () => {
    const host = await openSettings();
    await userEvent.fill(field, 'much');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('alert')).toHaveTextContent('512M');
    await userEvent.fill(field, '5\u200b0M');
    await expect.element(page.getByRole('alert')).toHaveTextContent('U+200B');
    expect(host.keepFree.bytes).toBe(256 * 2 ** 20);
  });

  test('is as before when the engine refuses it', async () => {
    await openSettings({ failure: { code: 'INVALID_ARGUMENT', message: 'No.', subject: 'keepFree' } });
    await userEvent.fill(field, '2G');
    await userEvent.keyboard('{Enter}');
    await expect.element(field).toHaveValue('256 MiB');
  });

  test('cannot be changed where the command line decided it, and says so', async () => {
    await openSettings({ keepFree: { bytes: 2 ** 31, isFixed: true } });
    await expect.element(field).toHaveValue('2 GiB');
    await expect.element(field).toBeDisabled();
    await expect.element(page.getByText('As --keep-free says, for this run.')).toBeVisible();
  });
});
