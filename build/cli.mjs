// `npm run --silent cli -- COMMAND …`: the command line, built first where that is needed; says so on standard error.
import { ensureBuilt, ensurePackages } from './setup.mjs';

ensurePackages();
ensureBuilt('headless');
// npm runs scripts in the package's folder; files are named from where the user is.
if (process.env.npm_lifecycle_event === 'cli' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
// In this process, so that signals and the terminal are its own.
await import('../out/headless/cli.js');
