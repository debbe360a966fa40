/** Every suite of `npm test`, the quick ones first. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildHere } from '../build.ts';
import { root, windlassFile } from '../root.ts';
import { runProcess } from '../run-process.ts';
import { bunTest } from './bun-test.ts';
import { ensureClients } from './clients.ts';
import { withDocker } from './docker-engine.ts';
import { playwright, usualProjects } from './playwright.ts';
import { both, type Suite, single } from './suite.ts';

const minutes = (count: number) => count * 60_000;
/** Sources and settings. Prose is formatted by whoever writes it. */
const linted = [
  'shared',
  'server',
  'desktop',
  'tools',
  'bench',
  'e2e',
  'sdk',
  'examples',
  'package.json',
  'biome.json',
];
const dockerTests = 'server/**/*.docker.test.ts';
const serversTests = 'desktop/**/*.server.test.ts';
const fileTests = 'server/**/*.file.test.ts';
const clientTests = '{server,desktop}/**/*.client.test.ts';
const architectureTest = 'tools/architecture.test.ts';
/** What checks are tried on. */
const checkedPackages = [
  'postgresql',
  'mariadb-server',
  'redis-server',
  'dnsmasq',
  'iputils-ping',
  'iproute2',
];
/** Debian's own Bun-free tools that tests of the server start. */
const serverPackages = [
  'git',
  'zstd',
  'util-linux',
  'exim4-daemon-light',
  'openssl',
  'pebble',
  'sslscan',
  ...checkedPackages,
];

export const suites: readonly Suite[] = [
  {
    name: 'types',
    what: 'tsc -b',
    run: async () => {
      const ran = await tool('tsc', '-b');
      return single(ran.code === 0, ran.output);
    },
  },
  {
    name: 'lint',
    what: 'biome check',
    run: async () => {
      const ran = await tool(
        'biome',
        'check',
        '--error-on-warnings',
        ...linted.filter((path) => existsSync(join(root, path))),
      );
      return single(ran.code === 0, ran.output);
    },
  },
  {
    name: 'architecture',
    what: 'imports, packages, file lengths',
    run: () => bunTest('architecture', [architectureTest], minutes(1)),
  },
  {
    name: 'unit',
    what: 'every test beside its code',
    packages: serverPackages,
    run: async () => bunTest('unit', await unitFiles(), minutes(10)),
  },
  {
    name: 'build',
    what: 'dist/windlass, and that it runs',
    run: async () => {
      await buildHere({ force: false });
      const ran = await runProcess([windlassFile, 'version'], { output: 'keep', timeoutMs: 10_000 });
      return single(ran.code === 0, ran.output);
    },
  },
  {
    name: 'start',
    what: 'npm start -- --check',
    needs: ['build'],
    packages: serverPackages,
    run: async () => {
      const ran = await runProcess([process.execPath, join(root, 'tools/start.ts'), '--check'], {
        output: 'keep',
        timeoutMs: minutes(5),
      });
      return single(ran.code === 0, ran.output);
    },
  },
  {
    name: 'file',
    what: 'upgrades and ends that only the built file can show',
    needs: ['build'],
    packages: serverPackages,
    run: async () => bunTest('file', await filesLike(fileTests), minutes(3)),
  },
  {
    name: 'clients',
    what: 'SDKs of others, unmodified, against the file',
    needs: ['build'],
    packages: serverPackages,
    run: async () => {
      await ensureClients();
      const files = await filesLike(clientTests);
      if (files.length === 0) return { passed: 0, failed: 0, skipped: 0, report: '' };
      return bunTest('clients', files, minutes(5));
    },
  },
  {
    name: 'docker',
    what: 'containers, images and deploys with a real engine',
    needs: ['build'],
    packages: [
      ...serverPackages,
      'docker.io',
      'iptables',
      'debootstrap',
      'busybox-static',
      'iproute2',
      'docker-registry',
    ],
    run: async () => withDocker(async () => bunTest('docker', await filesLike(dockerTests), minutes(8))),
  },
  {
    name: 'servers',
    what: 'provisioning of real Debian servers over ssh',
    needs: ['build'],
    packages: [...serverPackages, 'docker.io', 'iptables', 'debootstrap', 'openssh-client', 'chromium'],
    run: () =>
      withDocker(async () => {
        const made = await runProcess([join(root, 'e2e/testhost/testhost.sh'), 'make_image'], {
          output: 'keep',
          timeoutMs: minutes(8),
        });
        if (made.code !== 0) return single(false, made.output);
        const hosts = await bunTest('servers', await filesLike(serversTests), minutes(6));
        return both(hosts, await playwright(['--project=servers'], minutes(5)));
      }),
  },
  {
    name: 'e2e',
    what: 'Playwright, in a browser',
    needs: ['build'],
    packages: [...serverPackages, 'chromium'],
    run: async () => {
      await ensureClients();
      return playwright(usualProjects(), minutes(8));
    },
  },
];

async function filesLike(pattern: string): Promise<string[]> {
  return (await Array.fromAsync(new Bun.Glob(pattern).scan({ cwd: root }))).sort();
}

async function unitFiles(): Promise<string[]> {
  const files: string[] = [];
  for await (const path of new Bun.Glob('{shared,server,desktop,tools}/**/*.test.{ts,tsx}').scan({
    cwd: root,
  })) {
    if (path !== architectureTest && !/\.(client|docker|file|server)\.test\.ts$/.test(path)) files.push(path);
  }
  return files.sort();
}

function tool(name: string, ...args: string[]) {
  return runProcess([join(root, 'node_modules/.bin', name), ...args], {
    cwd: root,
    output: 'keep',
    timeoutMs: minutes(3),
  });
}
