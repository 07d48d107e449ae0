/** What a person does and sees who has no mouse. */
import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';

export const focused = (page: Page): Locator => page.locator(':focus');
export const palette = (page: Page): Locator => page.getByRole('combobox', { name: 'Command palette' });

/** What has the focus, as it is read out. */
export const nameOfFocus = (page: Page): Promise<string> =>
  focused(page).evaluate(
    (element) =>
      element.ariaLabel ?? (element as HTMLInputElement).labels?.[0]?.innerText ?? element.textContent.trim(),
  );

/** By the palette, as it is typed. */
export async function run(page: Page, action: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+K');
  await palette(page).fill(action);
  await page.keyboard.press('Enter');
  await expect(palette(page)).toHaveCount(0);
}
