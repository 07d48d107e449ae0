/** What the parts of the double share: the browser, the data folder, and the schemes that main answers. */
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';

/** Set by `launch.ts`. */
export type Settings = {
  debuggingPort: number;
  launchOptions: { executablePath?: string; chromiumSandbox?: boolean; args: string[] };
  pageWorld: string;
  preloadWorld: string;
};

const settingsText = process.env['SOCKETSCOPE_DOUBLE'];
if (!settingsText) throw new Error('The double is started by e2e/double/launch.ts');
export const settings = JSON.parse(settingsText) as Settings;

export const userData = switchValue('user-data-dir');
function switchValue(name: string): string {
  const prefix = `--${name}=`;
  const given = process.argv.find((argument) => argument.startsWith(prefix));
  if (!given) throw new Error(`The double needs ${prefix}FOLDER`);
  return given.slice(prefix.length);
}

type SchemeHandler = (request: Request) => Response | Promise<Response>;
export const schemes = new Map<string, SchemeHandler>();

/** Chromium here knows no scheme of ours, so a secure origin of its own stands for it. */
export function toBrowser(address: string): string {
  const url = new URL(address);
  const scheme = url.protocol.slice(0, -1);
  if (!schemes.has(scheme)) return address;
  return `https://${scheme}.${url.host}.test${url.pathname}${url.search}${url.hash}`;
}

export function fromBrowser(address: string): string {
  const match = /^https:\/\/([a-z]+)\.([^/]+)\.test(\/.*)?$/.exec(address);
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
  });
  unusedPage = browser.pages()[0];
}

export function theBrowser(): BrowserContext {
  if (!browser) throw new Error('Windows can be made once the app is ready');
  return browser;
}

/** Chromium starts with a page; the first window takes it. */
export async function newPage(): Promise<Page> {
  const page = unusedPage ?? (await theBrowser().newPage());
  unusedPage = undefined;
  return page;
}
