/** Types of electron-binary.mjs for the specs. */
export function findElectron(
  project: string,
  env: NodeJS.ProcessEnv,
  platform?: NodeJS.Platform,
): string | null;
export function obstacle(env: NodeJS.ProcessEnv, platform?: NodeJS.Platform, uid?: number): string | null;
export function downloadElectron(packageFolder: string, env: NodeJS.ProcessEnv): Promise<string | null>;
