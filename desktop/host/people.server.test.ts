/** Everybody who may set up a server: with sudo, an agent, a sealed key, through another machine. No secret stays behind. */

import { afterAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import type { Auth, Secrets, Server } from '../../shared/desktop/address.ts';
import type { StepEvent } from '../../shared/desktop/provision.ts';
import {
  cleanUp,
  type Desk,
  hello,
  keyFile,
  onCleanUp,
  openDesk,
  password,
  plain,
  scratchFolder,
  startTestHost,
  stepLines,
  type TestHost,
} from './test-host.fixture.ts';
import type { Vault } from './vault.ts';

const long = 120_000;
afterAll(cleanUp);

const page = (at: TestHost) =>
  fetch(`http://127.0.0.1:${at.httpPort}/`, { headers: { host: 'hello.localhost' } });

/** From a server that was just added to its first app answering; fails after a minute. */
async function firstApp(desk: Desk, at: TestHost, who: string, user: string, auth: Auth): Promise<Server> {
  const { handlers } = desk.host;
  const from = performance.now();
  const server = await desk.join(at, user, auth);
  const given = { id: server.id, options: plain, ...(user === 'root' ? {} : { sudoPassword: password }) };
  const events: StepEvent[] = [];
  await handlers['provision.apply'](
    given,
    desk.context((event: StepEvent) => events.push(event)),
  );
  await desk.until(server.id, 'connected');
  await handlers['control.deployFolder'](
    { id: server.id, app: 'hello', environment: 'production', path: hello },
    desk.context(),
  );
  const answer = await page(at);
  expect(await answer.text()).toContain('Hello from your own server');
  const seconds = (performance.now() - from) / 1000;
  console.log(`${who}: first app after ${seconds.toFixed(1)} s\n${stepLines(events)}`);
  expect(seconds).toBeLessThan(60);
  const again = await handlers['provision.apply'](given, desk.context());
  expect(again).toMatchObject({ changed: [], message: 'nothing had to be changed' });
  return server;
}

test(
  'a_user_with_a_key_and_a_password_for_sudo_gets_there_within_a_minute',
  async () => {
    const [at, desk] = [await startTestHost(), await openDesk()];
    const server = await firstApp(desk, at, 'sudo user with key', 'deploy', { kind: 'key', path: keyFile });
    const { handlers } = desk.host;
    const unasked = await handlers['provision.plan']({ id: server.id, options: plain }, desk.context()).catch(
      (error: unknown) => String(error),
    );
    expect(unasked).toContain('asks for the password');
    const wrong = await handlers['provision.plan'](
      { id: server.id, options: plain, sudoPassword: 'not it' },
      desk.context(),
    ).catch((error: unknown) => String(error));
    expect(wrong).toContain('did not take the password');
  },
  long,
);

test(
  'a_user_with_a_password_gets_there_and_no_secret_is_found_anywhere_afterwards',
  async () => {
    const [at, desk] = [await startTestHost(), await openDesk()];
    const token = 'Api-token-of-the-app-1';
    // Every argument list there ever is, seen as often as this machine can.
    await at.sh(
      `cat >/usr/bin/watch-argv <<'END'
while :; do for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <"$f"; echo; done 2>/dev/null >>/root/argv-seen; done
END
systemd-run --quiet --unit=watch-argv sh /usr/bin/watch-argv`,
    );
    const server = await firstApp(desk, at, 'sudo user with password', 'deploy', { kind: 'password' });
    await desk.host.handlers['control.call'](
      {
        id: server.id,
        method: 'env.set',
        params: { app: 'hello', set: { API_TOKEN: token }, apply: true },
      },
      desk.context(),
    );
    await desk.until(server.id, 'connected');
    await at.sh('systemctl stop watch-argv');
    expect(await at.sh('grep -c "sh -s" /root/argv-seen')).toMatch(/^[1-9]/);
    for (const secret of [password, token]) {
      const found = await at.sh(
        `journalctl --no-pager -o verbose | grep -cF '${secret}' || true
grep -cF '${secret}' /root/argv-seen || true
grep -rlF --exclude-dir=proc '${secret}' /var /etc /home /root /run /tmp /usr/local 2>/dev/null || true`,
      );
      expect(found.trim().split('\n')).toEqual(['0', '0']);
    }
    const kept = await Array.fromAsync(
      new Bun.Glob('**/*').scan({ cwd: desk.folder, onlyFiles: true, dot: true }),
    );
    expect(kept).toContain('servers.json');
    for (const file of kept) {
      const text = await Bun.file(join(desk.folder, file)).text();
      expect(text.includes(password) || text.includes(token)).toBe(false);
    }
  },
  long,
);

test(
  'an_agent_a_sealed_key_and_a_machine_in_between_lead_in_as_well',
  async () => {
    const at = await startTestHost();
    const folder = scratchFolder('keys');
    const socket = join(folder, 'agent.sock');
    const agent = Bun.spawn(['ssh-agent', '-D', '-a', socket], { stdout: 'ignore', stderr: 'ignore' });
    onCleanUp(async () => agent.kill());
    while (
      !(
        await Bun.file(socket)
          .stat()
          .catch(() => null)
      )?.isSocket()
    )
      await Bun.sleep(10);
    const added = Bun.spawnSync(['ssh-add', '-q', keyFile], { env: { ...Bun.env, SSH_AUTH_SOCK: socket } });
    expect(added.exitCode).toBe(0);
    const kept = new Map<string, Secrets>();
    const vault: Vault = {
      keeping: async () => ({ kind: 'system' }),
      get: async (server) => kept.get(server) ?? null,
      set: async (server, secrets) => void kept.set(server, secrets),
      remove: async (server) => void kept.delete(server),
    };
    const desk = await openDesk({ agent: socket, vault });

    const byAgent = await desk.join(at, 'root', { kind: 'agent' });
    expect(desk.now(byAgent.id)).toMatchObject({ kind: 'control-lost', cause: 'not-installed' });

    const sealed = join(folder, 'sealed');
    Bun.spawnSync(['ssh-keygen', '-q', '-t', 'ed25519', '-N', 'Passphrase-1', '-f', sealed]);
    const publicKey = (await Bun.file(`${sealed}.pub`).text()).trim();
    await at.sh(`echo '${publicKey}' >~deploy/.ssh/authorized_keys`);
    const { id } = await desk.host.handlers['servers.add'](
      {
        name: 'sealed',
        address: {
          kind: 'ssh',
          host: '127.0.0.1',
          port: at.sshPort,
          user: 'deploy',
          auth: { kind: 'key', path: sealed },
        },
      },
      desk.context(),
    );
    const { algorithm, sha256 } = await desk.until(id, 'awaiting-fingerprint');
    await desk.host.handlers['hostkey.confirm']({ id, hop: 'server', algorithm, sha256 }, desk.context());
    const connect = (passphrase: string, remember = false) =>
      desk.host.handlers['servers.connect']({ id, secrets: { passphrase }, remember }, desk.context());
    expect(await desk.until(id, 'awaiting-secret')).toMatchObject({ secret: 'passphrase', wrong: false });
    await connect('not it');
    await desk.until(id, 'awaiting-secret', ({ wrong }) => wrong);
    expect(kept.size).toBe(0);
    await connect('Passphrase-1', true);
    await desk.until(id, 'control-lost');
    expect([...kept]).toEqual([[id, { passphrase: 'Passphrase-1' }]]);
    await desk.host.handlers['servers.remove']({ id }, desk.context());
    expect(kept.size).toBe(0);

    const between = {
      host: '127.0.0.1',
      port: at.sshPort,
      user: 'nobody-special',
      auth: { kind: 'agent' },
    } as const;
    const behind = await desk.join(at, 'root', { kind: 'agent' }, { jump: between });
    expect(desk.now(behind.id)).toMatchObject({ kind: 'control-lost', cause: 'not-installed' });
    // The machine in between forbids it: the cause says which one it was.
    await at.sh("echo 'AllowTcpForwarding no' >>/etc/ssh/sshd_config.d/50-test.conf; systemctl reload ssh");
    await desk.host.handlers['servers.disconnect']({ id: behind.id }, desk.context());
    await desk.host.handlers['servers.connect']({ id: behind.id }, desk.context());
    expect(await desk.until(behind.id, 'unreachable')).toMatchObject({ cause: 'jump' });
  },
  long,
);
