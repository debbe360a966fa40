/** Base images for tests, made of Debian and npm packages and tagged like the official ones: nothing has to be pulled. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../root.ts';
import { runProcess } from '../run-process.ts';

interface BaseImage {
  tag: string;
  /** Folder of its Dockerfile in tools/suites/images, or what makes it otherwise. */
  make: { kind: 'dockerfile'; folder: string } | { kind: 'debian' } | { kind: 'node'; major: string };
}

/** In this order: each may be made from those before it. */
const baseImages: readonly BaseImage[] = [
  { tag: 'debian:bookworm-slim', make: { kind: 'debian' } },
  { tag: 'node:22-slim', make: { kind: 'node', major: '22' } },
  { tag: 'python:3.13-slim', make: { kind: 'dockerfile', folder: 'python' } },
  { tag: 'php:8.4-apache', make: { kind: 'dockerfile', folder: 'php' } },
  { tag: 'golang:1.25', make: { kind: 'dockerfile', folder: 'golang' } },
  { tag: 'postgres:15', make: { kind: 'dockerfile', folder: 'postgres' } },
];

const timeoutMs = 300_000;

/** Makes what the engine does not have; a tag that is there is used as it is. Throws with the tool's words. */
export async function ensureBaseImages(): Promise<void> {
  for (const image of baseImages) {
    const found = await runProcess(['docker', 'image', 'inspect', '--format', '{{.Id}}', image.tag], {
      output: 'keep',
    });
    if (found.code !== 0) await make(image);
  }
}

async function make({ tag, make }: BaseImage): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'base-image-'));
  try {
    switch (make.kind) {
      case 'dockerfile':
        return await run([
          'docker',
          'build',
          '-q',
          '-t',
          tag,
          join(root, 'tools/suites/images', make.folder),
        ]);
      case 'debian':
        return await makeDebian(folder, tag);
      case 'node':
        return await makeNode(folder, tag, make.major);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeDebian(folder: string, tag: string): Promise<void> {
  const tree = join(folder, 'root');
  const mirrors = await runProcess(['apt-get', 'indextargets', '--format', '$(REPO_URI)'], {
    output: 'keep',
  });
  const mirror = mirrors.output.split('\n').find((line) => /\/debian\/?$/.test(line)) ?? '';
  await run([
    'debootstrap',
    '--variant=minbase',
    '--include=ca-certificates',
    'bookworm',
    tree,
    ...(mirror === '' ? [] : [mirror]),
  ]);
  const own = '/usr/local/share/ca-certificates';
  // A network that inspects TLS has an authority of its own; what is built inside must trust it, too.
  await run([
    'sh',
    '-c',
    'cp "$1"/*.crt "$2$1/" 2>/dev/null; chroot "$2" update-ca-certificates',
    'sh',
    own,
    tree,
  ]);
  const archive = join(folder, 'root.tar');
  await run(['tar', '-C', tree, '--numeric-owner', '-cf', archive, '.']);
  await run(['docker', 'import', '--change', 'CMD ["bash"]', archive, tag]);
}

async function makeNode(folder: string, tag: string, major: string): Promise<void> {
  const packages = [`node-linux-${process.arch}@${major}`, 'npm@10'];
  await run(['npm', 'pack', '--silent', '--pack-destination', folder, ...packages]);
  const files = await Array.fromAsync(new Bun.Glob('*.tgz').scan({ cwd: folder }));
  for (const file of files) {
    const into = join(folder, file.startsWith('npm-') ? 'npm' : 'node');
    await run(['mkdir', '-p', into]);
    await run(['tar', '-xzf', join(folder, file), '-C', into, '--strip-components=1']);
  }
  await Bun.write(
    join(folder, 'Dockerfile'),
    [
      'FROM debian:bookworm-slim',
      'RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node',
      'COPY node/bin/node /usr/local/bin/node',
      'COPY npm /usr/local/lib/node_modules/npm',
      'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx && chmod 755 /usr/local/bin/node /usr/local/lib/node_modules/npm/bin/*.js',
      'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt',
      'CMD ["node"]',
      '',
    ].join('\n'),
  );
  await run(['docker', 'build', '-q', '-t', tag, folder]);
}

async function run(argv: string[]): Promise<void> {
  const ran = await runProcess(argv, { output: 'keep', timeoutMs });
  if (ran.code !== 0) throw new Error(`${argv.join(' ')} failed:\n${ran.output}`);
}
