/** Debian's own servers, started in temporary folders for checks to look at. */

import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Counterpart {
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** `command` is run on every start; its port answers once it has started. */
function serverOf(port: number, command: () => string[], folder: string, quiet = true): Counterpart {
  let running: Bun.Subprocess | null = null;
  const stop = async () => {
    running?.kill('SIGTERM');
    const slow = setTimeout(() => running?.kill('SIGKILL'), 5000);
    await running?.exited;
    clearTimeout(slow);
    running = null;
  };
  return {
    port,
    async start() {
      const out = quiet ? 'ignore' : 'inherit';
      running = Bun.spawn(command(), { cwd: folder, stdout: out, stderr: out });
      await answers(port, 20_000);
    },
    stop,
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function redis(password: string): Promise<Counterpart> {
  const folder = mkdtempSync(join(tmpdir(), 'windlass-redis-'));
  const port = await freePort();
  const command = [
    'redis-server',
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--requirepass',
    password,
  ];
  return serverOf(port, () => command, folder);
}

export async function postgres(): Promise<Counterpart> {
  const folder = ownedBy('postgres', 'windlass-postgres-');
  const [bin] = [...new Bun.Glob('*/bin/initdb').scanSync('/usr/lib/postgresql')];
  if (bin === undefined) throw new Error('there is no Debian postgresql');
  const programs = join('/usr/lib/postgresql', bin, '..');
  const data = join(folder, 'data');
  run(
    as('postgres', [
      join(programs, 'initdb'),
      '-D',
      data,
      '-A',
      'scram-sha-256',
      '--no-sync',
      '-E',
      'UTF8',
      '--pwfile',
      passwordFile(folder),
    ]),
  );
  const port = await freePort();
  const command = [
    join(programs, 'postgres'),
    '-D',
    data,
    '-p',
    `${port}`,
    '-h',
    '127.0.0.1',
    '-k',
    folder,
    '-F',
  ];
  return serverOf(port, () => as('postgres', command), folder);
}

export async function mariadb(): Promise<Counterpart> {
  const folder = ownedBy('mysql', 'windlass-mariadb-');
  const data = join(folder, 'data');
  run(
    as('mysql', [
      'mariadb-install-db',
      '--no-defaults',
      `--datadir=${data}`,
      '--skip-test-db',
      '--innodb-flush-log-at-trx-commit=0',
    ]),
  );
  const port = await freePort();
  const command = [
    'mariadbd',
    '--no-defaults',
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
  ].concat([`--socket=${join(folder, 's')}`, `--pid-file=${join(folder, 'pid')}`, '--max-connect-errors=3']);
  return serverOf(port, () => as('mysql', command), folder);
}

/** `answers` are lines of its configuration, read at every start. */
export async function dnsmasq(answers: () => string[]): Promise<Counterpart> {
  const folder = mkdtempSync(join(tmpdir(), 'windlass-dnsmasq-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const config = join(folder, 'conf');
  return serverOf(
    port,
    () => {
      writeFileSync(config, [...answers(), ''].join('\n'));
      return [
        'dnsmasq',
        '-k',
        '-C',
        config,
        '-p',
        `${port}`,
        '--listen-address=127.0.0.1',
        '--bind-interfaces',
      ].concat(['--no-resolv', '--no-hosts', `--pid-file=${join(folder, 'pid')}`]);
    },
    folder,
  );
}

export interface Authority {
  readonly ca: string;
  /** A certificate for `name` that is good for so many days more. */
  issue(name: string, days: number): { key: string; cert: string };
  close(): void;
}

export async function authority(): Promise<Authority> {
  const folder = mkdtempSync(join(tmpdir(), 'windlass-ca-'));
  const file = (name: string) => join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  run([
    'openssl',
    'req',
    '-x509',
    ...key,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-days',
    '3650',
    '-subj',
    '/O=Harbour Trust/CN=Harbour Root',
  ]);
  const read = (name: string) => Bun.file(file(name)).text();
  const texts = new Map<string, { key: string; cert: string }>();
  for (const days of [5, 90]) {
    run(['openssl', 'req', ...key, '-keyout', file('k'), '-out', file('r'), '-subj', '/CN=localhost']);
    writeFileSync(file('ext'), 'subjectAltName=DNS:localhost\n');
    run([
      'openssl',
      'x509',
      '-req',
      '-in',
      file('r'),
      '-CA',
      file('ca.pem'),
      '-CAkey',
      file('ca.key'),
      '-CAcreateserial',
      '-out',
      file('c'),
      '-days',
      `${days}`,
      '-extfile',
      file('ext'),
    ]);
    texts.set(`localhost ${days}`, { key: await read('k'), cert: await read('c') });
  }
  const ca = await read('ca.pem');
  return {
    ca,
    issue(name, days) {
      const found = texts.get(`${name} ${days}`);
      if (found === undefined) throw new Error('there is no such certificate');
      return found;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function run(command: string[]): void {
  const ran = Bun.spawnSync(command, { stdout: 'pipe', stderr: 'pipe', cwd: '/' });
  if (ran.exitCode !== 0) throw new Error(`${command[0]} failed: ${ran.stderr}${ran.stdout}`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function answers(port: number, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  const once = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  while (!(await once())) {
    if (performance.now() > end) throw new Error(`nothing listens on ${port}`);
    await Bun.sleep(20);
  }
}

const isRoot = process.getuid?.() === 0;

/** Database servers refuse to run as root. */
function as(user: string, command: string[]): string[] {
  return isRoot ? ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', ...command] : command;
}

function ownedBy(user: string, prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  if (!isRoot) return folder;
  const id = (flag: string) => Number(Bun.spawnSync(['id', flag, user]).stdout.toString());
  chownSync(folder, id('-u'), id('-g'));
  return folder;
}

function passwordFile(folder: string): string {
  const file = join(folder, 'password');
  writeFileSync(file, 'geheim-123\n', { mode: 0o644 });
  if (!existsSync(file)) throw new Error('the password was not written');
  return file;
}
