/** The sheet of settings that are about the app itself. */
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { listening, TestHost } from '../testing/host.ts';
import { setTextSize } from '../lib/text-scale.ts';
import { closePages, openPage } from '../testing/page.ts';

afterEach(() => {
  closePages();
  setTextSize('normal');
});

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

describe('the size of text', () => {
  test('is that of all that is drawn: nothing leaves the window, which collapses by it, and it is kept', async () => {
    const host = await openSettings();
    await userEvent.click(page.getByText('Larger'));
    await eventually(() => expect(document.documentElement.currentCSSZoom).toBe(1.5));
    const { width, height } = document.querySelector('.app')!.getBoundingClientRect();
    expect([Math.round(width), Math.round(height)]).toEqual([innerWidth, innerHeight]);
    const sheet = document.querySelector('dialog')!.getBoundingClientRect();
    expect([sheet.top > 0, sheet.bottom < innerHeight, sheet.right < innerWidth]).toEqual([true, true, true]);
    // 1200 pixels are 800 there.
    expect(document.querySelector('.sidebar')!.clientWidth).toBe(44);
    await eventually(() => expect(host.preferences.textSize).toBe('larger'));
    await userEvent.click(page.getByText('Normal'));
    await eventually(() => expect(document.querySelector('.sidebar')!.clientWidth).toBe(216));
  });

  test('is set from the palette, and menus stand where they are asked for', async () => {
    const host = TestHost.with(defaultListener(), listening);
    await openPage(host);
    await userEvent.keyboard('{Control>}k{/Control}');
    await page.getByRole('combobox', { name: 'Command palette' }).fill('text size large');
    await userEvent.keyboard('{Enter}');
    await eventually(() => expect(document.documentElement.currentCSSZoom).toBe(1.25));
    const tab = page.getByRole('tab').element();
    const { left, bottom } = tab.getBoundingClientRect();
    tab.dispatchEvent(
      new MouseEvent('contextmenu', {
        clientX: left + 20,
        clientY: bottom - 8,
        bubbles: true,
        cancelable: true,
      }),
    );
    await eventually(() => {
      const menu = page.getByRole('menu').element().getBoundingClientRect();
      expect(Math.abs(menu.left - left - 20)).toBeLessThan(8);
      expect([menu.top > 0, menu.bottom < innerHeight]).toEqual([true, true]);
    });
    await userEvent.keyboard('{Escape}');
  });
});
