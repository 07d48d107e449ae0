/** Types of chromium.mjs for the specs. */
export function findChromium(): string | null;
export function chromiumLaunch(): { executablePath?: string; chromiumSandbox: boolean; args: string[] };
