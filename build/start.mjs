// `npm start`: the desktop app; where Electron cannot run, the host without it, with the reason in one line.
import { join } from 'node:path';
import { downloadElectron, findElectron, obstacle } from './electron-binary.mjs';
import { runElectron } from './run-electron.mjs';
import { ensureBuilt, ensurePackages, project, say } from './setup.mjs';

function getElectron() {
  say('Getting Electron (once, about 110 MB) …');
  return downloadElectron(join(project, 'node_modules/electron'), process.env);
}

/** Ends this process as the app ended. Returns only when it never came up: the reason. */
async function startDesktop() {
  const reason = obstacle(process.env) ?? (findElectron(project, process.env) ? null : await getElectron());
  const program = findElectron(project, process.env);
  if (reason !== null || program === null) return reason ?? 'its program is missing';
  const ended = await runElectron(program, [
    project,
    ...process.argv.slice(2).filter((each) => /\.(?:json|socketscope-capture)$/.test(each)),
  ]);
  return typeof ended === 'number' ? process.exit(ended) : ended;
}

ensurePackages();
ensureBuilt('all');
const reason = await startDesktop();
say(`Starting for a browser instead of as a desktop app, because ${reason}.`);
await import('../out/headless/serve.js');
