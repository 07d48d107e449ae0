// `npm run desktop-check`: proves the desktop app on the real Electron of this machine, and writes one report to send in.
// It fetches Electron's program anew and checks it against the package's checksum, runs the shell's specs on it with its
// sandbox on, and measures it beside the headless host. With --double the stand-in of the tests takes Electron's place.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, release } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { downloadElectron, findElectron, obstacle } from './electron-binary.mjs';
import { ensureBuilt, ensurePackages, project, say } from './setup.mjs';

/** Of process.versions; what is called openssl is BoringSSL in Electron. */
const told = ['electron', 'chrome', 'node', 'v8', 'uv', 'openssl'];

/** How long each figure is measured. */
const measureMs = 5_000;

/**
 * @typedef {object} Options
 * @property {boolean} double  Run the specs under the stand-in instead of on Electron.
 * @property {string} report  Where the report goes.
 * @property {string} packageFolder  The electron package whose checksums count.
 * @property {string} [grep]  Only the specs whose title matches.
 * @property {NodeJS.ProcessEnv} env
 *
 * @typedef {{ title: string, ok: boolean, skipped: boolean, errors: string[] }} Spec
 * @typedef {{ echoMedian: number, echoP99: number, throughput: number, frameP95: number, longestFrame: number }} Speed
 * @typedef {{ program: string, versions: Record<string, string>, isSandboxed: boolean, desktop: Speed, headless: Speed }} Measured
 */

/**
 * The program that the specs run on, and what is known of it. `refusal` says why nothing can be run.
 * @param {Options} options
 * @returns {Promise<{ origin: string, dist?: string, refusal?: string }>}
 */
async function obtainElectron({ packageFolder, double, env }) {
  if (env.ELECTRON_OVERRIDE_DIST_PATH)
    return { origin: 'the one that ELECTRON_OVERRIDE_DIST_PATH names, not verified' };
  const hindrance = double ? null : obstacle(env);
  if (hindrance) return { origin: 'none', refusal: hindrance };
  // In a folder of its own, so that what is run is what was verified, whatever was installed before.
  const folder = join(project, 'out/desktop-check');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of ['install.js', 'package.json', 'checksums.json'])
    copyFileSync(join(packageFolder, file), join(folder, file));
  say("Getting Electron's program and checking it …");
  const reason = await downloadElectron(folder, env);
  if (reason === null)
    return { origin: "verified by the package's SHA-256 checksum", dist: join(folder, 'dist') };
  const isHad = double || findElectron(project, env) !== null;
  if (/checksums differ/.test(reason) || !isHad) return { origin: 'none', refusal: reason };
  return { origin: `${double ? 'none' : 'the installed one, not verified'}, because ${reason}` };
}

/**
 * @param {Options} options
 * @param {string | undefined} dist
 */
function runSpecs({ double, grep, env }, dist) {
  const results = join(project, 'test-results/desktop-check.json');
  rmSync(results, { force: true });
  const args = ['test', '-c', 'build/playwright.config.js', '--project=desktop', '--reporter=list,json'];
  spawnSync(
    process.execPath,
    ['node_modules/@playwright/test/cli.js', ...args, ...(grep ? ['-g', grep] : [])],
    {
      cwd: project,
      stdio: ['ignore', 2, 2],
      env: {
        SOCKETSCOPE_MEASURE_MS: String(measureMs),
        ...env,
        PLAYWRIGHT_JSON_OUTPUT_FILE: results,
        ...(double ? { SOCKETSCOPE_DESKTOP: 'double' } : dist && { ELECTRON_OVERRIDE_DIST_PATH: dist }),
      },
    },
  );
  return JSON.parse(readFileSync(results, 'utf8'));
}

/**
 * What Playwright's report says of each spec, and what was measured.
 * @returns {{ specs: Spec[], measured: Measured | null }}
 */
function readResults(/** @type {any} */ report) {
  /** @type {Spec[]} */
  const specs = [];
  /** @type {Measured | null} */
  let measured = null;
  const walk = (/** @type {any} */ suite) => {
    for (const inner of suite.suites ?? []) walk(inner);
    for (const { title, ok, tests } of suite.specs ?? []) {
      const result = tests[0].results.at(-1);
      const errors = (result?.errors ?? []).map((/** @type {any} */ error) => plain(error.message ?? ''));
      specs.push({ title, ok, skipped: tests[0].status === 'skipped', errors });
      const speed = result?.attachments.find((/** @type {any} */ one) => one.name === 'speed');
      if (speed) measured = JSON.parse(Buffer.from(speed.body, 'base64').toString());
    }
  };
  walk({ suites: report.suites });
  return { specs, measured };
}

/** Without colours, and without the name of the person who sends it in. */
const plain = (/** @type {string} */ text) => stripVTControlCharacters(text).replaceAll(homedir(), '~');

/** @returns {string[]} */
function measures(/** @type {Measured} */ { desktop, headless }) {
  const line = (/** @type {string} */ what, /** @type {keyof Speed} */ key, /** @type {string} */ unit) => {
    const [ours, other] = [desktop[key], headless[key]];
    return `| ${what} | ${ours.toFixed(2)} ${unit} | ${other.toFixed(2)} ${unit} | ${(ours / other).toFixed(2)} |`;
  };
  return [
    '| | desktop | headless host | ratio |',
    '| --- | --- | --- | --- |',
    line('echo of one byte, median', 'echoMedian', 'ms'),
    line('echo of one byte, 99th percentile', 'echoP99', 'ms'),
    line('received and captured', 'throughput', 'MB/s'),
    line('frames meanwhile, 95th percentile', 'frameP95', 'ms'),
    line('longest frame meanwhile', 'longestFrame', 'ms'),
  ];
}

/** @returns {string[]} */
function systemLines() {
  const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  const session = process.env.WAYLAND_DISPLAY ? 'Wayland' : process.env.DISPLAY ? 'X11' : 'none';
  return [
    `- Socketscope ${version}, ${new Date().toISOString()}`,
    `- ${process.platform} ${release()} ${process.arch}, Node ${process.versions.node}${process.platform === 'linux' ? `, display: ${session}` : ''}`,
  ];
}

/**
 * Runs the whole check and writes the report.
 * @param {Options} options
 * @returns {Promise<boolean>} True when the program was had and every spec passed.
 */
export async function desktopCheck(options) {
  const { origin, dist, refusal } = await obtainElectron(options);
  const head = ['# Socketscope on this desktop', '', ...systemLines(), `- Electron's program: ${origin}`];
  const write = (/** @type {string[]} */ lines) => {
    writeFileSync(options.report, plain(`${[...head, ...lines].join('\n')}\n`));
    say(`The report is in ${options.report}`);
  };
  if (refusal !== undefined) {
    write([`- Nothing was run: ${refusal}.`]);
    say(`Nothing was run: ${refusal}.`);
    return false;
  }
  const { specs, measured } = readResults(runSpecs(options, dist));
  const failed = specs.filter(({ ok }) => !ok);
  const skipped = specs.filter((spec) => spec.skipped);
  const count = `${specs.length - failed.length - skipped.length} passed, ${failed.length} failed, ${skipped.length} skipped`;
  write([
    ...(measured
      ? [
          `- Run on: ${measured.program === 'double' ? 'the stand-in for Electron of the tests' : 'Electron'}, sandbox ${measured.isSandboxed ? 'on' : 'off'}`,
          `- Versions: ${told.map((name) => `${name} ${measured.versions[name]}`).join(', ')}`,
        ]
      : []),
    '',
    '## Specs',
    '',
    count,
    '',
    ...failed.flatMap(({ title, errors }) => [`### ${title}`, '', '```', ...errors, '```', '']),
    ...skipped.map(({ title }) => `- skipped: ${title}`),
    '## Measured',
    '',
    ...(measured ? measures(measured) : ['Nothing was measured.']),
  ]);
  say(count);
  return failed.length === 0 && specs.length > 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: {
      double: { type: 'boolean', default: false },
      grep: { type: 'string', short: 'g' },
      report: { type: 'string', default: 'desktop-check.md' },
      package: { type: 'string' },
    },
  });
  ensurePackages();
  const { ensureChromium } = await import('./ensure-chromium.mjs');
  ensureChromium();
  ensureBuilt('all');
  const { double, grep, report } = values;
  const packageFolder = values.package ?? join(project, 'node_modules/electron');
  const ok = await desktopCheck({ double, report, packageFolder, env: process.env, ...(grep && { grep }) });
  process.exitCode = ok ? 0 : 1;
}
