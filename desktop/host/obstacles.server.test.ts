/** What stands in the way on a real server is found before anything is changed, with what to do about it. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';
import { binariesIn } from './provision/find-binary.ts';
import {
  cleanUp,
  type Desk,
  openDesk,
  password,
  plain,
  scratchFolder,
  startTestHost,
  type TestHost,
} from './test-host.fixture.ts';

const long = 60_000;
let one: TestHost;
let desk: Desk;
let id: string;

beforeAll(async () => {
  one = await startTestHost();
  desk = await openDesk();
  id = (await desk.join(one)).id;
}, long);
afterAll(cleanUp);

/** What of the system a plan or a refused run must leave as it was. */
const untouched = () =>
  one.sh(
    'ls -la --time-style=full-iso /usr/local/lib /usr/local/bin /var/lib /etc/systemd/system /etc/sudoers.d /etc/sysctl.d | md5sum',
  );

/** Looks, then tries all the same: the steps that are in the way, and the words of the refusal. */
async function obstacles(
  of: Desk,
  server: string,
): Promise<{ blocked: string[]; words: string; hint: string }> {
  const { handlers } = of.host;
  const before = await untouched();
  const plan = await handlers['provision.plan']({ id: server, options: plain }, of.context());
  expect(plan.ready).toBe(false);
  const failure = await handlers['provision.apply']({ id: server, options: plain }, of.context()).catch(
    (error: unknown) => error,
  );
  if (!(failure instanceof WindlassError)) throw new Error(`it was not refused: ${failure}`);
  expect(await untouched()).toBe(before);
  const blocked = plan.steps.flatMap(({ id: step, finding }) => (finding.kind === 'blocked' ? [step] : []));
  return { blocked, words: failure.message, hint: failure.hint ?? '' };
}

test(
  'a_web_server_on_port_80_is_named',
  async () => {
    await one.sh('systemctl unmask nginx 2>/dev/null; systemctl start nginx');
    const { blocked, words, hint } = await obstacles(desk, id);
    expect(blocked).toEqual(['ports']);
    expect(words).toBe('port 80 is held by nginx');
    expect(hint).toContain('systemctl disable --now nginx');
    await one.sh('systemctl stop nginx; systemctl mask nginx 2>/dev/null');
  },
  long,
);

test(
  'a_disk_that_is_nearly_full_is_named_with_what_is_free',
  async () => {
    await one.sh(
      'mkdir -p /var/lib/windlass && mount -t tmpfs -o size=900m tmpfs /var/lib && dd if=/dev/zero of=/var/lib/fill bs=1M count=500 status=none',
    );
    const { blocked, words } = await obstacles(desk, id);
    expect(blocked).toEqual(['disk']);
    expect(words).toMatch(/^(39\d|400) MB free on the disk of \/var\/lib, 1000 MB needed$/);
    await one.sh('umount /var/lib && rmdir /var/lib/windlass');
  },
  long,
);

test(
  'a_file_for_another_processor_is_not_sent',
  async () => {
    const folder = scratchFolder('files');
    // An arm64 program's head under the name for this server.
    const head = new Uint8Array(4096);
    head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
    head[18] = 0xb7;
    await Bun.write(join(folder, 'windlass-linux-x64'), head);
    const other = await openDesk({
      findBinary: binariesIn({ folder, version: '1', own: null, publicKey: '' }),
    });
    const server = await other.join(one);
    const { blocked, words } = await obstacles(other, server.id);
    expect(blocked).toContain('cpu');
    expect(words).toContain('the file for linux-x64 is made for arm64');
    const none = await openDesk({ findBinary: async () => ({ kind: 'missing' }) });
    const again = await none.join(one);
    expect((await obstacles(none, again.id)).words).toContain('has no file for linux-x64');
  },
  long,
);

test(
  'a_user_who_cannot_become_root_is_told_so',
  async () => {
    await one.sh(`echo 'nobody-special:${password}' | chpasswd`);
    const server = await desk.join(one, 'nobody-special');
    const before = await untouched();
    const given = { id: server.id, options: plain, sudoPassword: password };
    for (const ask of ['provision.plan', 'provision.apply'] as const) {
      const failure = await desk.host.handlers[ask](given, desk.context()).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        code: 'forbidden',
        message: 'this user cannot become root on the server',
        hint: 'Connect as root, or give the user the right to use sudo.',
      });
    }
    expect(await untouched()).toBe(before);
    await one.sh('chmod 0 /usr/bin/sudo');
    const again = await desk.join(one, 'deploy');
    const { blocked, words, hint } = await obstacles(desk, again.id);
    expect(blocked).toContain('sudo');
    expect(words).toContain('deploy cannot become root on the server');
    expect(hint).toContain('Connect as root');
    await one.sh('chmod 4755 /usr/bin/sudo');
  },
  long,
);

test(
  'a_system_it_is_not_tried_on_is_refused',
  async () => {
    await one.sh(
      'cp -L /etc/os-release /root/os-release; rm /etc/os-release; sed \'s/^ID=.*/ID=alpine/; s/^PRETTY_NAME=.*/PRETTY_NAME="Alpine Linux v3.20"/\' /root/os-release >/etc/os-release',
    );
    const { blocked, words, hint } = await obstacles(desk, id);
    expect(blocked).toEqual(['os']);
    expect(words).toBe('Alpine Linux v3.20 is not supported');
    expect(hint).toContain('Debian 11 or Ubuntu 20.04');
    await one.sh('cp /root/os-release /etc/os-release');
  },
  long,
);

test(
  'a_clock_that_is_off_is_told_with_how_much',
  async () => {
    const other = await openDesk({ now: () => Date.now() + 3_600_000 });
    const server = await other.join(one);
    const { blocked, words, hint } = await obstacles(other, server.id);
    expect(blocked).toEqual(['clock']);
    expect(words).toMatch(/^the server's clock is (3599|3600|3601) s behind this computer's$/);
    expect(hint).toContain('timedatectl set-ntp true');
  },
  long,
);

test(
  'several_at_once_are_all_told_in_one_go',
  async () => {
    await one.sh(
      "systemd-run --unit=other-web --quiet systemd-socket-activate -l 443 /bin/cat; sed -i 's/^ID=.*/ID=plan9/' /etc/os-release",
    );
    const { blocked, words } = await obstacles(desk, id);
    expect(blocked).toEqual(['os', 'ports']);
    expect(words).toMatch(/is not supported; port 443 is held by systemd-socket/);
  },
  long,
);
