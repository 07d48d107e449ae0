import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Runs a command with its output shown; true when it ended well. */
export function run(/** @type {string} */ command, /** @type {string[]} */ ...args) {
  console.log(`> ${[command, ...args].join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: 'inherit', env }).status === 0;
}

const mayInstall = () => existsSync('/etc/debian_version') && process.getuid?.() === 0;
const install = (/** @type {string[]} */ ...packages) =>
  run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages);

/** Installs Debian packages where that is possible: on Debian, as root. */
export function installOnDebian(/** @type {string[]} */ ...packages) {
  if (!mayInstall()) return;
  run('apt-get', 'update', '-qq');
  // One that this Debian has not must not keep the others away.
  if (!install(...packages)) for (const name of packages) install(name);
}

const isInstalled = (/** @type {string} */ program) =>
  spawnSync('which', [program], { stdio: 'ignore' }).status === 0;

/**
 * The foreign peers of the tests, and what compiles and runs the programs that are copied: a program, and the package that
 * has it. Go takes 81 MB to fetch and 460 MB of disk, C# 7 MB and 25 MB, tshark 22 MB and 129 MB. A test whose peer is missing all the same is
 * skipped and says so.
 */
const peers = {
  ...{ ncat: ['ncat'], socat: ['socat'], python3: ['python3'], openssl: ['openssl'], faketime: ['faketime'] },
  ...{ cc: ['gcc', 'libc6-dev'], go: ['golang-go'], mcs: ['mono-mcs', 'mono-runtime'], tshark: ['tshark'] },
  ...{ tcpdump: ['tcpdump'] },
};

export function ensurePeers() {
  const missing = Object.entries(peers).filter(([program]) => !isInstalled(program));
  if (missing.length > 0) installOnDebian(...missing.flatMap(([, packages]) => packages));
}
