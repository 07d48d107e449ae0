/** What the test's process tells the one that runs main. */
export type Settings = {
  platform: NodeJS.Platform;
  debuggingPort: number;
  launchOptions: { executablePath?: string; chromiumSandbox?: boolean; args: string[] };
  pageWorld: string;
  preloadWorld: string;
};

/** Set by `launch.ts`. */
const settingsText = process.env['SOCKETSCOPE_DOUBLE'];
if (!settingsText) throw new Error('The double is started by e2e/double/launch.ts');
export const settings = JSON.parse(settingsText) as Settings;
export const { platform } = settings;
