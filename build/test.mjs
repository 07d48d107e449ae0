// `npm test`: sets the machine up, then runs every check and every runner, and prints the true totals last.
// With --node24 the engine's tests run once more on the Node that Electron brings, and what takes minutes runs, too.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { ensurePackages } from './setup.mjs';

const project = fileURLToPath(new URL('../', import.meta.url));
const total = { passed: 0, failed: 0 };
/** What failed and why: told once more at the end, where a long run is read. */
const failures = [];

function run(program, args, env = {}) {
  const stdio = ['ignore', 'inherit', 'inherit'];
  return spawnSync(program, args, { cwd: project, stdio, env: { ...process.env, ...env } }).status === 0;
}

const node = (...args) => run(process.execPath, args);

function heading(text) {
  console.log(`\n── ${text}`);
}

function count({ passed, failed, names = [] }) {
  total.passed += passed;
  total.failed += failed;
  failures.push(...names);
}

/** Totals out of a runner's JSON report. A runner that died without one, or failed beside its tests, counts as a failure. */
function countReport(file, ok, read) {
  let counts;
  try {
    counts = read(JSON.parse(readFileSync(`${project}test-results/${file}`, 'utf8')));
  } catch (error) {
    console.log(`No report in test-results/${file}: ${error.message}`);
    counts = { passed: 0, failed: 1 };
  }
  if (!ok && counts.failed === 0) counts = { ...counts, failed: 1, names: [`${file}: its runner failed`] };
  count(counts);
}

heading('Set-up');
await ensurePackages();
const { ensureChromium } = await import('./ensure-chromium.mjs');
const { ensurePeers } = await import('./debian.mjs');
ensurePeers();
console.log(`Chromium: ${ensureChromium()}`);
rmSync(`${project}test-results`, { recursive: true, force: true });
mkdirSync(`${project}test-results`);

heading('Build');
if (!node('build/build.mjs')) {
  console.log('\n0 passed, 1 failed');
  process.exit(1);
}

heading('Types, lint, format');
const { runChecks } = await import('./check.mjs');
count(await runChecks());

heading('Unit, component and integration tests');
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '-c', 'build/vitest.config.js'];
// A skipped test is reported apart by the runner; it is neither a pass nor a failure.
const countVitest = (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests + (report.numFailedTestSuites && !report.numFailedTests ? 1 : 0),
  names: report.testResults.flatMap(({ name, status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0 && status === 'failed') return [name];
    return failed.map(
      ({ fullName, failureMessages }) => `${name}: ${fullName}\n    ${reason(failureMessages[0])}`,
    );
  }),
});
/** Enough of an error to know which one it was, without colours, indented. */
const reason = (message = '') =>
  stripVTControlCharacters(message).slice(0, 2000).split('\n').slice(0, 25).join('\n    ');
/** The specs of a suite and of those in it. */
const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];
countReport('vitest.json', node(...vitest), countVitest);

heading('End to end: headless host in Chromium, and the desktop shell');
const playwrightOk = node('node_modules/@playwright/test/cli.js', 'test', '-c', 'build/playwright.config.js');
countReport('playwright.json', playwrightOk, ({ stats, suites }) => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky,
  names: suites
    .flatMap(specsOf)
    .filter(({ ok }) => !ok)
    .map(
      ({ file, title, tests }) =>
        `${file}: ${title}\n    ${reason(tests.flatMap((test) => test.results).find((result) => result.error)?.error.message)}`,
    ),
}));

if (process.argv.includes('--node24')) {
  heading("The engine's tests on Node 24");
  const { ensureNode24 } = await import('./node24.mjs');
  const program = ensureNode24();
  const report = 'vitest-node24.json';
  const args = [...vitest, '--project', 'node', 'electron/engine'];
  countReport(report, program !== null && run(program, args, { VITEST_REPORT: report }), countVitest);

  heading('Two minutes of everything at once: nothing lost, memory and descriptors stand still');
  const results = '../out/bench/results.json';
  rmSync(`${project}test-results/${results}`, { force: true });
  countReport(results, node('build/bench.mjs', 'soak'), ({ rows, failed }) => {
    const missed = rows.filter(({ met }) => met !== true);
    const names = missed.map(
      ({ benchmark, ours, goal }) => `${benchmark}: ${ours}, ${goal.is} ${goal.value}`,
    );
    return {
      passed: rows.length - missed.length,
      failed: missed.length + failed.length,
      names: [...names, ...failed.map((name) => `${name}: it could not run`)],
    };
  });
}

for (const name of failures) console.log(`Failed: ${name}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;
