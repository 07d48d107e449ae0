/** Types of run-electron.mjs for its test. */
export function runElectron(
  program: string,
  args: string[],
  platform?: NodeJS.Platform,
): Promise<string | number>;
export function reasonOf(ended: string, platform?: NodeJS.Platform): string;
