/** What a state of the window looks like, in both themes. */
import { expectAccessible, picture, takesPictures } from './fixtures.ts';
import type { Page } from '@playwright/test';

const themes = ['dark', 'light'] as const;

/** The theme is the system's unless a person chose one. */
export async function pictures(page: Page, name: string): Promise<void> {
  if (!takesPictures) return;
  for (const theme of themes) {
    await inTheme(page, theme);
    await picture(page, `${name}-${theme}`);
  }
}

/** Pictures, and no violations that axe knows; with the colours of the system too. */
export async function expectAccessibleInBothThemes(page: Page, name: string): Promise<void> {
  for (const theme of themes) {
    await inTheme(page, theme);
    await picture(page, `${name}-${theme}`);
    await expectAccessible(page);
  }
  await page.emulateMedia({ forcedColors: 'active' });
  await picture(page, `${name}-forced`);
  await expectAccessible(page);
  await page.emulateMedia({ forcedColors: 'none' });
}

async function inTheme(page: Page, theme: (typeof themes)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.locator(`html[data-theme="${theme}"]`).waitFor();
}
