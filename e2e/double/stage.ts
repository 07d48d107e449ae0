/** What the parts of the double share: the browser, the data folder, and the schemes that main answers. */
import type Electron from 'electron';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { settings } from './settings.ts';

export const userData = switchValue('user-data-dir');
function switchValue(name: string): string {
  const prefix = `--${name}=`;
  const given = process.argv.find((argument) => argument.startsWith(prefix));
  if (!given) throw new Error(`The double needs ${prefix}FOLDER`);
  return given.slice(prefix.length);
}

/** What a window is like: on Wayland it knows less of itself, and Chromium draws nothing while it is hidden. */
export const isWayland = process.platform === 'linux' && !process.argv.includes('--ozone-platform=x11');

type SchemeHandler = (request: Request) => Response | Promise<Response>;
export const schemes = new Map<string, SchemeHandler>();

/** What main asked for; a scheme has nothing that was not. */
export const privileges = new Map<string, Electron.Privileges>();

/** Chromium here knows no scheme of ours, so an origin of its own stands for it: a secure one where the scheme is. */
export function toBrowser(address: string): string {
  const url = new URL(address);
  const scheme = url.protocol.slice(0, -1);
  if (!schemes.has(scheme)) return address;
  const protocol = privileges.get(scheme)?.secure ? 'https' : 'http';
  return `${protocol}://${scheme}.${url.host}.test${url.pathname}${url.search}${url.hash}`;
}

export function fromBrowser(address: string): string {
  const match = /^https?:\/\/([a-z]+)\.([^/]+)\.test(\/.*)?$/.exec(address);
  return match && schemes.has(match[1]!) ? `${match[1]}://${match[2]}${match[3] ?? '/'}` : address;
}

let browser: BrowserContext | undefined;
let unusedPage: Page | undefined;

export async function startBrowser(): Promise<void> {
  const { launchOptions, debuggingPort } = settings;
  browser = await chromium.launchPersistentContext(join(userData, 'double-chromium'), {
    ...launchOptions,
    args: [...launchOptions.args, `--remote-debugging-port=${debuggingPort}`],
    viewport: null,
    // Signals are for main.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  unusedPage = browser.pages()[0];
}

export function theBrowser(): BrowserContext {
  if (!browser) throw new Error('Windows can be made once the app is ready');
  return browser;
}

/** Chromium starts with a page and ends with its last one: on macOS, where the app lives on, this one stays unused. */
export async function newPage(): Promise<Page> {
  if (process.platform === 'darwin' || !unusedPage) return theBrowser().newPage();
  const page = unusedPage;
  unusedPage = undefined;
  return page;
}
