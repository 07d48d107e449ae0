/** What a person does with an endpoint's line, its options and the composer. */
import type { Download, Locator, Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { expect, newTab } from './fixtures.ts';

export type Transport = 'TCP' | 'TLS' | 'UDP' | 'Unix';

export const settings = (page: Page): Locator =>
  page.getByRole('region', { name: /^(Server|Client) settings$/ });
export const options = (page: Page): Locator => page.getByRole('group', { name: 'Options', exact: true });
const host = (page: Page): Locator => page.getByRole('textbox', { name: 'Host', exact: true });
const port = (page: Page): Locator => page.getByRole('textbox', { name: 'Port', exact: true });

async function newEndpoint(page: Page, kind: 'server' | 'client', transport: Transport): Promise<void> {
  await newTab(page, kind);
  await page.getByRole('radio', { name: transport, exact: true }).click();
}

/** A tab of a server that does not listen yet, on any port of `address`. */
export async function newServer(page: Page, transport: Transport, address = '127.0.0.1'): Promise<void> {
  await newEndpoint(page, 'server', transport);
  if (transport === 'Unix') return fill(page.getByRole('textbox', { name: 'Path' }), address);
  await fill(host(page), address);
  await fill(port(page), '0');
}

/** A tab of a client that does not connect yet. A Unix socket's path stands in place of the port. */
export async function newClient(page: Page, transport: Transport, to: number | string): Promise<void> {
  await newEndpoint(page, 'client', transport);
  if (transport === 'Unix') return fill(page.getByRole('textbox', { name: 'Path' }), String(to));
  await fill(host(page), '127.0.0.1');
  await fill(port(page), String(to));
}

/** Starts the server; returns the port that the system chose. */
export async function listen(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Start listening' }).click();
  const said = settings(page).getByText(/^\s*(Listening on|Bound to)\s/);
  await expect(said).toBeVisible();
  return Number(/:(\d+)\s*$/.exec(await said.innerText())?.[1] ?? 0);
}

export async function connect(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
}

/** Types into a field that takes its text when it is left. */
export async function fill(field: Locator, text: string): Promise<void> {
  await field.fill(text);
  await field.press('Enter');
}

export async function send(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill(text);
  await page.getByRole('button', { name: /^Send( to \d+)?$/ }).click();
}

/** The pane at the right, whatever room it shows. */
export const pane = (page: Page): Locator => page.getByRole('region', { name: 'About the chosen' });

/** The set-up in the pane, with a group unfolded. */
export async function openOptions(page: Page, group = 'General'): Promise<Locator> {
  // What it opens may still be on its way.
  const isOpen = (await optionsButton(page).getAttribute('aria-expanded')) === 'true';
  if (!isOpen) await optionsButton(page).click();
  const head = options(page).getByRole('button', { name: group, exact: true });
  if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
  await expect(head).toHaveAttribute('aria-expanded', 'true');
  return options(page);
}

export const optionsButton = (page: Page): Locator =>
  settings(page).getByRole('button', { name: /^Options/ });

/** All that is said of a failure: one sentence of it stands in the status line. */
export async function whyOf(page: Page): Promise<Locator> {
  await settings(page).getByRole('button', { name: 'Why and what else' }).click();
  return pane(page);
}

/** A section of the record in the pane. */
export async function unfold(page: Page, section: 'Text' | 'Details'): Promise<void> {
  const head = pane(page).getByRole('button', { name: section, exact: true });
  if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
}

export async function contentOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8');
}

/** A direction, kind or peer of the filter, by mouse; chosen once more, it is let go. */
export async function chooseInFilter(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Filter by direction, kind and peer' }).click();
  await page.getByRole('menuitemcheckbox', { name, exact: true }).click();
  await page.keyboard.press('Escape');
}

/** A choice that stands in the filter, as it is written there. */
export const filterToken = (page: Page, text: string): Locator =>
  page.getByRole('button', { name: text, exact: true });

export async function clearLog(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More for the log' }).click();
  await page.getByRole('menuitem', { name: 'Clear log' }).click();
}

/** Runs what saves a file, and returns what the browser got. */
export async function saved(page: Page, save: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), save()]);
  return contentOf(download);
}
