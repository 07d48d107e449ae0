/** `out`: folder of the bundles, by default out/ of the project. */
export function bundleWorkers(out?: string): Promise<void>;
export function bundleHeadless(out?: string): Promise<void>;
export function bundleShell(): Promise<void>;
export function bundleHosts(): Promise<void>;
export function hasWorkers(): boolean;
/** The command line as tests run it, with a package.json of its own. */
export const testProgram: string;
