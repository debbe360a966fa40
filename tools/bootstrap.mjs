/**
 * The way in for every npm script, on plain Node with nothing installed: installs the dependencies where they are
 * missing or old, then runs the verb on the Bun they brought. Signals and the exit code pass through.
 */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const verbs = {
  start: 'tools/start.ts',
  dev: 'tools/dev.ts',
  check: 'tools/check.ts',
  test: 'tools/test.ts',
  e2e: 'tools/e2e.ts',
  bench: 'bench/main.ts',
  build: 'tools/build.ts',
  desktop: 'tools/desktop.ts',
  package: 'tools/package.ts',
};

const [verb = '', ...args] = process.argv.slice(2);
const script = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
if (script === undefined)
  fail(`there is no verb "${verb}". It is one of ${Object.keys(verbs).join(', ')}.`, 2);

installWhereNeeded();
run(findBun(), [join(root, script), ...args]);

/** The lock says what should be there, npm's own copy inside node_modules what is. */
function installWhereNeeded() {
  const lock = readLock(join(root, 'package-lock.json'));
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'));
  const why = staleness(lock, installed);
  if (why === null) return;
  const command = lock === null ? 'install' : 'ci';
  console.error(`installing dependencies (npm ${command}): ${why}`);
  // npm_execpath is npm's own script where npm started this; else the one on the PATH.
  const npm = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, process.env.npm_execpath]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
  const done = spawnSync(npm[0], [...npm.slice(1), command, '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) fail(`npm ${command} failed. Its own words are above.`, 1);
}

/** Why the installed packages are not those of the lock; null where they are. */
function staleness(lock, installed) {
  if (installed === null) return 'nothing is installed yet';
  if (lock === null) return null;
  for (const [path, wanted] of Object.entries(lock)) {
    if (path === '') continue;
    const found = installed[path];
    // Packages of other platforms are left out of node_modules, and so of npm's copy.
    if (found === undefined && wanted.optional) continue;
    // A lock may know no checksum of another platform's package; npm's copy has it once that is installed.
    const other = wanted.integrity && found?.integrity && found.integrity !== wanted.integrity;
    if (found?.version !== wanted.version || other) return `${path} changed`;
  }
  for (const path of Object.keys(installed)) {
    if (lock[path] === undefined) return `${path} is no longer needed`;
  }
  return null;
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
  } catch {
    return null;
  }
}

/** The `bun` package's install script puts the binary in place; where scripts may not run, the platform package has it. */
function findBun() {
  const placed = join(root, 'node_modules', 'bun', 'bin', 'bun.exe');
  if (isBinary(placed)) return placed;
  const scope = join(root, 'node_modules', '@oven');
  const packages = existsSync(scope) ? readdirSync(scope).sort() : [];
  for (const name of packages.filter((each) => each.startsWith('bun-'))) {
    for (const file of ['bun', 'bun.exe']) {
      const path = join(scope, name, 'bin', file);
      // A glibc binary does not start on musl and the other way round, and both packages may be there.
      if (isBinary(path) && spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0) return path;
    }
  }
  return fail('Bun is not installed for this platform. Delete node_modules and try again.', 1);
}

/** The placeholder before the install script ran is a few hundred bytes of text. */
function isBinary(path) {
  try {
    return statSync(path).size > 1_000_000;
  } catch {
    return false;
  }
}

function run(command, argv) {
  const child = spawn(command, argv, { stdio: 'inherit', cwd: root });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (child.exitCode === null) child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`cannot run ${command}: ${error.message}.`, 1));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(message, code) {
  console.error(`error: ${message}`);
  process.exit(code);
}
