/** The text of a small program that runs a script of package.json as npm does; the shims of npm, yarn and pnpm use it. */

/**
 * `bun run` would do nearly the same, but rewrites `npm run x -- --flag` inside scripts to its own command and leaves
 * the `--` in. Arguments: the script's name, then its own. `WINDLASS_IF_PRESENT=1`: a missing script is no error.
 */
export const scriptRunner = `'use strict';
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { constants } = require('node:os');
const { dirname, join } = require('node:path');

const [name, ...args] = process.argv.slice(2);
let folder = process.cwd();
while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
const read = () => {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8').replace(/^\\uFEFF/, ''));
  } catch (error) {
    console.error('package.json cannot be read: ' + error.message);
    process.exit(1);
  }
};
const manifest = read();
const scripts = manifest.scripts ?? {};
if (name === undefined || typeof scripts[name] !== 'string') {
  if (process.env.WINDLASS_IF_PRESENT === '1') process.exit(0);
  console.error('package.json has no script "' + (name ?? '') + '"');
  process.exit(1);
}
const bins = [];
for (let at = folder; ; at = dirname(at)) {
  bins.push(join(at, 'node_modules', '.bin'));
  if (dirname(at) === at) break;
}
const quoted = (word) => (/^[\\w@%+=:,./-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\\\''") + "'");
const run = (event, text) => {
  console.log('> ' + text);
  const env = {
    ...process.env,
    INIT_CWD: process.env.INIT_CWD ?? process.cwd(),
    npm_lifecycle_event: event,
    npm_lifecycle_script: text,
    npm_package_name: manifest.name ?? '',
    npm_package_version: manifest.version ?? '',
    npm_package_json: join(folder, 'package.json'),
    PATH: [...bins, process.env.PATH].join(':'),
  };
  delete env.WINDLASS_IF_PRESENT;
  const { status, signal, error } = spawnSync('/bin/sh', ['-c', text], { cwd: folder, env, stdio: 'inherit' });
  if (error !== undefined) console.error(error.message);
  const code = signal ? 128 + (constants.signals[signal] ?? 0) : (status ?? 1);
  if (code !== 0) process.exit(code);
};
for (const event of ['pre' + name, name, 'post' + name]) {
  if (typeof scripts[event] !== 'string') continue;
  run(event, event === name ? [scripts[event], ...args.map(quoted)].join(' ') : scripts[event]);
}
`;
