import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = fileURLToPath(new URL('../', import.meta.url));
// The engine is checked with the host without Electron: the same files by the same rules.
const projects = ['headless', 'electron', 'bench', 'shared', 'e2e'];

/** Name of each check and the arguments for node, the longest first: at the end, one of them would leave a core idle. */
const checks = [
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
  ['lint', ['node_modules/eslint/bin/eslint.js', '-c', 'build/eslint.config.js', '--max-warnings', '0', '.']],
  [
    'types of renderer',
    [
      'node_modules/svelte-check/bin/svelte-check',
      '--tsconfig',
      'build/tsconfig/renderer.json',
      '--fail-on-warnings',
    ],
  ],
  ...projects.map((name) => [
    `types of ${name}`,
    ['node_modules/typescript/bin/tsc', '-p', `build/tsconfig/${name}.json`],
  ]),
];

function run(args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.on('close', (code) => done({ ok: code === 0, output }));
  });
}

/** Runs every static check, two at a time. Returns how many passed and failed; prints what failed and why. */
export async function runChecks() {
  const total = { passed: 0, failed: 0 };
  const queue = [...checks];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [name, args] = next;
      const { ok, output } = await run(args);
      total[ok ? 'passed' : 'failed']++;
      console.log(`${ok ? '✓' : '✗'} ${name}${ok ? '' : `\n${output}`}`);
    }
  };
  await Promise.all([worker(), worker()]);
  return total;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { failed } = await runChecks();
  process.exitCode = failed ? 1 : 0;
}
