/** Mail to a real SMTP server, Debian's exim, that takes nothing without STARTTLS and a login. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRoom, type Room, until } from './room.fixture.ts';

let folder: string;
let exim: Bun.Subprocess;
let port: number;
let room: Room;
const password = 'geheim-123';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-exim-'));
  // Started by root it runs as a user of its own.
  chmodSync(folder, 0o777);
  const key = join(folder, 'key.pem');
  const made = Bun.spawnSync(
    [
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      join(folder, 'cert.pem'),
    ].concat(['-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']),
  );
  expect(made.exitCode).toBe(0);
  chmodSync(key, 0o644);
  port = await freePort();
  writeFileSync(join(folder, 'exim.conf'), config(folder, port), { mode: 0o644 });
  exim = Bun.spawn(['/usr/sbin/exim4', '-C', join(folder, 'exim.conf'), '-bdf'], {
    stdout: 'ignore',
    stderr: 'inherit',
  });
  await until(answers, 10_000);
  room = await openRoom();
});
afterAll(async () => {
  await room.close();
  exim.kill('SIGTERM');
  await exim.exited;
  rmSync(folder, { recursive: true, force: true });
});

const add = async (name: string, settings: Record<string, string>) => {
  const whole = {
    host: 'localhost',
    port: String(port),
    user: 'alerts',
    password,
    ca: readFileSync(join(folder, 'cert.pem'), 'utf8'),
  };
  const { channel } = await room.handlers['notify.addChannel'](
    {
      name,
      kind: 'email',
      settings: {
        ...whole,
        from: 'Windlass <windlass@example.com>',
        to: 'ops@example.com, more@example.com',
        ...settings,
      },
    },
    room.signal,
  );
  return channel.id;
};
const tried = (id: number) => room.handlers['notify.test']({ id }, room.signal);

test('a_notice_reaches_a_real_server_by_starttls_and_login_with_its_letters_whole', async () => {
  const id = await add('ops', {});
  room.raise({ title: 'Größe überschritten', text: 'Zeile eins\n.\nZeile drei' });
  await until(
    () => room.kernel.store.db.query("SELECT 1 FROM notify_deliveries WHERE state = 'sent'").get() !== null,
  );
  const letter = spooled();
  expect(letter).toContain('TLS1.');
  expect(letter).toMatch(/-auth_id alerts|A=login:alerts|plain_server/);
  expect(letter).toContain('ops@example.com');
  expect(letter).toContain('more@example.com');
  expect(letter).toContain('Auto-Submitted: auto-generated');
  expect(letter).toMatch(/Subject: =\?UTF-8\?/);
  expect(letter).toMatch(/Zeile eins[\s\S]*Zeile drei/);
  expect(letter).not.toContain(password);
  await room.handlers['notify.removeChannel']({ id }, room.signal);
});

test('a_wrong_password_is_said_and_not_repeated', async () => {
  const { sent, answer } = await tried(await add('wrong', { password: 'wrong-password' }));
  expect(sent).toBe(false);
  expect(answer).toContain('535');
  expect(answer).not.toContain('wrong-password');
});

test('a_certificate_nobody_vouches_for_gets_neither_password_nor_mail', async () => {
  const before = readdirSync(join(folder, 'input')).length;
  const { sent, answer } = await tried(await add('unknown', { ca: '' }));
  expect(sent).toBe(false);
  expect(answer).toMatch(/self.signed|certificate|verify/i);
  expect(readdirSync(join(folder, 'input')).length).toBe(before);
});

test('letters_of_other_features_go_to_whom_they_are_for', async () => {
  for (const { id } of (await room.handlers['notify.channels']({}, room.signal)).channels) {
    await room.handlers['notify.removeChannel']({ id }, room.signal);
  }
  const letter = { to: 'reader@example.org', subject: 'Confirm', text: 'Please', id: 'sub-1' };
  await expect(room.notify.mail(letter)).rejects.toMatchObject({ code: 'unavailable' });
  await add('letters', {});
  await room.notify.mail({ ...letter, headers: { 'List-Unsubscribe': '<https://status.example.com/u/1>' } });
  expect(spooled()).toContain('reader@example.org');
  expect(spooled()).toContain('List-Unsubscribe: <https://status.example.com/u/1>');
});

function spooled(): string {
  const input = join(folder, 'input');
  const files = readdirSync(input).sort();
  return files.map((file) => readFileSync(join(input, file), 'latin1')).join('\n');
}

function answers(): boolean {
  return (
    Bun.spawnSync(['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`], { stderr: 'ignore' }).exitCode === 0
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** What is taken stays in the spool, where the test reads it. */
function config(folder: string, port: number): string {
  return `
spool_directory = ${folder}
log_file_path = ${folder}/log-%s
pid_file_path = ${folder}/pid
primary_hostname = localhost
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
queue_only
keep_environment =
tls_advertise_hosts = *
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
acl_smtp_rcpt = take
acl_smtp_data = whole
begin acl
take:
  accept authenticated = *
         encrypted = *
  deny message = log in first
whole:
  accept
begin authenticators
login:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = \${if def:tls_in_cipher}
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{alerts}}{eq{$auth3}{${password}}}}}
  server_set_id = $auth2
`;
}
