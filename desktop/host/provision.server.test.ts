/** From a bare server to a running app and back, on real servers. */

import { beforeAll, expect, test } from 'bun:test';
import type { StepEvent } from '../../shared/desktop/provision.ts';
import { WindlassError } from '../../shared/errors.ts';
import {
  type Desk,
  hello,
  openDesk,
  password,
  plain,
  realBinary,
  startTestHost,
  stepLines,
  type TestHost,
} from './test-host.fixture.ts';

const long = 120_000;
const page = async (at: TestHost, app = 'hello') =>
  fetch(`http://127.0.0.1:${at.httpPort}/`, { headers: { host: `${app}.localhost` } });

let one: TestHost;
let desk: Desk;
let id: string;

beforeAll(async () => {
  one = await startTestHost();
  desk = await openDesk();
}, long);

test(
  'a_fresh_server_answers_with_its_first_app_within_a_minute',
  async () => {
    const { handlers } = desk.host;
    const from = performance.now();
    id = (await desk.join(one)).id;
    const plan = await handlers['provision.plan']({ id, options: plain }, desk.context());
    expect(plan.ready).toBe(true);
    // looking changed nothing
    expect(await one.sh('ls /usr/local/lib /var/lib /etc/systemd/system')).not.toContain('windlass');
    const events: StepEvent[] = [];
    const result = await handlers['provision.apply'](
      { id, options: plain },
      desk.context((event: StepEvent) => events.push(event)),
    );
    expect(result.changed).toEqual(['folders', 'binary', 'sysctl', 'unit', 'health']);
    await desk.until(id, 'connected');
    const made = await handlers['control.deployFolder'](
      { id, app: 'hello', environment: 'production', path: hello },
      desk.context(),
    );
    expect(['watching', 'live']).toContain(made.phase);
    const answer = await page(one);
    const seconds = (performance.now() - from) / 1000;
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Hello from your own server');
    console.log(`first app after ${seconds.toFixed(1)} s\n${stepLines(events)}`);
    expect(seconds).toBeLessThan(60);
  },
  long,
);

test('the_same_again_changes_nothing_and_says_so', async () => {
  const before = await one.sh(
    'systemctl show windlass -p MainPID; stat -c %y /usr/local/lib/windlass/windlass',
  );
  const result = await desk.host.handlers['provision.apply']({ id, options: plain }, desk.context());
  expect(result).toMatchObject({ changed: [], message: 'nothing had to be changed' });
  expect(
    await one.sh('systemctl show windlass -p MainPID; stat -c %y /usr/local/lib/windlass/windlass'),
  ).toBe(before);
});

test('only_ssh_and_the_web_are_open_and_the_socket_refuses_others', async () => {
  const open = await one.sh(
    "ss -Hltn | awk '{print $4}' | grep -v '^127\\.' | sed 's/.*://' | sort -un | tr '\\n' ' '",
  );
  expect(
    open
      .trim()
      .split(' ')
      .filter((port) => !['22', '80', '443'].includes(port)),
  ).toEqual([]);
  const asked = await one.sh(
    "su nobody-special -s /bin/sh -c '/usr/local/bin/windlass apps --socket /run/windlass/control.sock' 2>&1; echo code $?",
  );
  expect(asked).toContain('code 1');
});

test(
  'drift_is_found_and_repaired',
  async () => {
    const { handlers } = desk.host;
    await one.sh(
      'systemctl disable windlass 2>/dev/null; echo "# x" >>/etc/systemd/system/windlass.service; rm /etc/sysctl.d/60-windlass.conf',
    );
    const { drifts } = await handlers['provision.verify']({ id }, desk.context());
    expect(drifts.map(({ step }) => step)).toEqual(['sysctl', 'unit']);
    const repaired = await handlers['provision.apply']({ id, options: plain }, desk.context());
    expect(repaired.changed).toEqual(['sysctl', 'unit']);
    expect((await handlers['provision.verify']({ id }, desk.context())).drifts).toEqual([]);
    expect((await page(one)).status).toBe(200);
  },
  long,
);

test(
  'apps_keep_their_process_when_the_service_restarts_and_come_back_after_a_reboot',
  async () => {
    const instance = "systemctl show 'windlass-*-run-*.service' -p ExecMainPID --value";
    const before = await one.sh(instance);
    expect(Number(before.trim())).toBeGreaterThan(1);
    await one.sh('systemctl restart windlass');
    await desk.until(id, 'connected');
    expect(await one.sh(instance)).toBe(before);
    await one.sh('systemctl reboot').catch(() => '');
    await desk.until(id, 'unreachable');
    await desk.until(id, 'connected');
    for (const until = Date.now() + 30_000; Date.now() < until; ) {
      const answer = await page(one).catch(() => null);
      if (answer?.status === 200) break;
      await Bun.sleep(100);
    }
    expect((await page(one)).status).toBe(200);
  },
  long,
);

test(
  'a_file_that_does_not_serve_is_taken_back_by_itself',
  async () => {
    const broken = `${desk.folder}/broken`;
    await Bun.write(broken, '#!/bin/sh\nexit 1\n');
    const sha256 = new Bun.CryptoHasher('sha256').update(await Bun.file(broken).bytes()).digest('hex');
    const size = Bun.file(broken).size;
    const other = await openDesk(async (target) => ({
      kind: 'found',
      binary: { target, version: 'broken', path: broken, bytes: size, size, sha256, packed: 'none' },
    }));
    const server = await other.host.handlers['servers.add'](
      {
        name: 'again',
        address: {
          kind: 'ssh',
          host: '127.0.0.1',
          port: one.sshPort,
          user: 'root',
          auth: { kind: 'password' },
        },
        secrets: { password },
      },
      other.context(),
    );
    const { algorithm, sha256: key } = await other.until(server.id, 'awaiting-fingerprint');
    await other.host.handlers['hostkey.confirm'](
      { id: server.id, hop: 'server', algorithm, sha256: key },
      other.context(),
    );
    await other.until(server.id, 'connected');
    const result = await other.host.handlers['provision.upgrade']({ id: server.id }, other.context());
    expect(result.outcome).toBe('went-back');
    expect((await page(one)).status).toBe(200);
  },
  long,
);

test(
  'uninstalling_leaves_the_data_and_nothing_that_runs',
  async () => {
    await desk.until(id, 'connected');
    await desk.host.handlers['provision.uninstall']({ id, data: 'keep' }, desk.context());
    expect(await one.sh("ss -Hltn 'sport = :80'; systemctl list-units --plain --no-legend 'windlass*'")).toBe(
      '',
    );
    expect(await one.sh('ls /var/lib/windlass')).toContain('control.db');
    expect(await one.sh('ls /usr/local/bin /usr/local/lib /etc/systemd/system /etc/sysctl.d')).not.toContain(
      'windlass',
    );
  },
  long,
);

test(
  'what_stands_in_the_way_is_found_before_any_change',
  async () => {
    const { handlers } = desk.host;
    await one.sh(
      "printf '[Service]\\nExecStart=/usr/bin/python3 -m http.server 80\\n' >/dev/null; cp /bin/true /tmp/x; systemd-run --unit=other-web --quiet systemd-socket-activate -l 80 /bin/cat; sed -i 's/^ID=.*/ID=plan9/' /etc/os-release",
    );
    const plan = await handlers['provision.plan']({ id, options: plain }, desk.context());
    const stuck = plan.steps.filter(({ finding }) => finding.kind === 'blocked').map((step) => step.id);
    expect(stuck).toEqual(['os', 'ports']);
    const failure = await handlers['provision.apply']({ id, options: plain }, desk.context()).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(WindlassError);
    expect(String(failure)).toContain('port 80 is held by');
    expect(await one.sh('ls /usr/local/lib /etc/systemd/system')).not.toContain('windlass');
  },
  long,
);

test(
  'a_user_with_a_sudo_password_gets_there_through_the_bridge_and_nothing_keeps_it',
  async () => {
    const two = await startTestHost();
    // forwarding is forbidden besides, and the line is cut in the middle of the upload
    await two.sh(
      "echo 'AllowStreamLocalForwarding no' >>/etc/ssh/sshd_config.d/50-test.conf; systemctl reload ssh",
    );
    const other = await openDesk(realBinary);
    const { handlers } = other.host;
    const server = await other.join(two, 'deploy', { kind: 'password' });
    const unasked = await handlers['provision.plan'](
      { id: server.id, options: plain },
      other.context(),
    ).catch((error: unknown) => String(error));
    expect(unasked).toContain('asks for the password');
    const wrong = await handlers['provision.plan'](
      { id: server.id, options: plain, sudoPassword: 'not it' },
      other.context(),
    ).catch((error: unknown) => String(error));
    expect(wrong).toContain('did not take the password');
    let cut = false;
    const first = await handlers['provision.apply'](
      { id: server.id, options: plain, sudoPassword: password },
      other.context((event: StepEvent) => {
        if (cut || event.kind !== 'progress' || event.done < 20_000_000) return;
        cut = true;
        void two.sh("pkill -f '[s]shd: deploy'");
      }),
    ).catch((error: unknown) => error);
    expect(first).toBeInstanceOf(WindlassError);
    await other.until(server.id, 'control-lost');
    const progress: number[] = [];
    const result = await handlers['provision.apply'](
      { id: server.id, options: plain, sudoPassword: password },
      other.context((event: StepEvent) => {
        if (event.kind === 'progress') progress.push(event.done);
      }),
    );
    // it went on where it was cut
    expect(progress[0]).toBeGreaterThan(1_000_000);
    expect(result.changed).toContain('binary');
    const state = await other.until(server.id, 'connected');
    expect(state.via).toBe('bridge');
    await handlers['control.deployFolder'](
      { id: server.id, app: 'hello', environment: 'production', path: hello },
      other.context(),
    );
    expect((await page(two)).status).toBe(200);
    const kept = await two.sh(
      `journalctl --no-pager | grep -c -F '${password}' || true; grep -rlF '${password}' /var/lib/windlass /etc/windlass /home /usr/local/lib 2>/dev/null || true`,
    );
    expect(kept.trim()).toBe('0');
    expect(await Bun.file(`${other.folder}/servers.json`).text()).not.toContain(password);

    // the server is another one now, or somebody stands between: nothing is sent
    await handlers['servers.disconnect']({ id: server.id }, other.context());
    await two.sh(
      'rm /etc/ssh/ssh_host_*; ssh-keygen -A >/dev/null; systemctl restart ssh; journalctl --rotate >/dev/null 2>&1',
    );
    const tries = await two.sh("journalctl -u ssh --no-pager | grep -c -E 'Accepted|Failed' || true");
    await handlers['servers.connect']({ id: server.id }, other.context());
    const changed = await other.until(server.id, 'unreachable');
    expect(changed).toMatchObject({ cause: 'host-key-changed', retryAt: null });
    expect(changed.keys?.offered.sha256).not.toBe(changed.keys?.pinned.sha256);
    expect(await two.sh("journalctl -u ssh --no-pager | grep -c -E 'Accepted|Failed' || true")).toBe(tries);
  },
  long,
);
