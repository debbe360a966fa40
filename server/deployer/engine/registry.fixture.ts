/** A real registry (Debian's docker-registry) on this machine's loopback, which lets in one user. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DockerClient } from './docker.ts';

export interface TestRegistry {
  /** `127.0.0.1:PORT`; engines speak to loopback without TLS. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
  /** Copies a local image into it as `name:tag`; afterwards the engine has it by its own name only. */
  push(docker: DockerClient, image: string, name: string, tag: string): Promise<void>;
  close(): Promise<void>;
}

const username = 'me';

export async function startRegistry(password: string): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const hash = await Bun.password.hash(password, { algorithm: 'bcrypt', cost: 4 });
  writeFileSync(join(folder, 'htpasswd'), `${username}:${hash}\n`);
  writeFileSync(
    join(folder, 'config.yml'),
    `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: ${folder}/data } }
http: { addr: "${host}" }
auth: { htpasswd: { realm: test, path: ${folder}/htpasswd } }
`,
  );
  const child = Bun.spawn(['docker-registry', 'serve', join(folder, 'config.yml')], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  const end = performance.now() + 10_000;
  while (!(await fetch(`http://${host}/v2/`).catch(() => null))) {
    if (child.exitCode !== null || performance.now() > end) throw new Error('docker-registry did not start');
    await Bun.sleep(20);
  }
  return {
    host,
    username,
    password,
    async push(docker, image, name, tag) {
      const repo = `${host}/${name}`;
      await docker.getImage(image).tag({ repo, tag });
      const pushed = docker.getImage(`${repo}:${tag}`);
      const stream = await pushed.push({ authconfig: { username, password, serveraddress: host } });
      let words = '';
      for await (const chunk of stream as AsyncIterable<Uint8Array>) words += Buffer.from(chunk).toString();
      if (words.includes('"error"')) throw new Error(words);
      await pushed.remove({ noprune: true });
    },
    async close() {
      child.kill('SIGTERM');
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
