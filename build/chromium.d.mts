/** Types of chromium.mjs for the specs. */
export function findChromium(): string | null;
export function isQuickChromium(path: string): boolean;
export function chromiumLaunch(): { executablePath?: string; chromiumSandbox: boolean; args: string[] };
