/** From a bare server to a running app and back, on real servers. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { StepEvent } from '../../shared/desktop/provision.ts';
import {
  cleanUp,
  type Desk,
  hello,
  openDesk,
  plain,
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
afterAll(cleanUp);

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
  const listening = await one.sh('ss -Hltnp');
  const open = listening
    .trim()
    .split('\n')
    .map((line) => /\s(\S+):(\d+)\s+\S+\s+users:\(\("([^"]+)/.exec(line)?.slice(1) ?? [line])
    // What listens on the loopback only is reached by nobody outside.
    .filter(([address = '']) => !address.startsWith('127.') && address !== '[::1]')
    .map(([, port, name]) => `${port} ${name}`);
  expect(open).toContain('80 windlass');
  expect(open.filter((each) => !['22 sshd', '80 windlass', '443 windlass'].includes(each))).toEqual([]);
  for (const asked of ['apps', 'ctl']) {
    const said = await one.sh(
      `su nobody-special -s /bin/sh -c '/usr/local/bin/windlass ${asked} --socket /run/windlass/control.sock </dev/null 2>&1'; echo code $?`,
    );
    expect(said).not.toContain('hello');
    expect(said).toMatch(/code [12]/);
  }
  expect(
    await one.sh(
      "su nobody-special -c 'cat /run/windlass/control.sock /var/lib/windlass/control.db' 2>&1 || true",
    ),
  ).toMatch(/Permission denied[\s\S]*Permission denied/);
});

test(
  'a_shell_in_an_app_is_isolated_like_the_app_and_ends_with_its_reader',
  async () => {
    const stop = new AbortController();
    let terminal: string | null = null;
    let shown = '';
    let look: () => void = () => undefined;
    const { handlers } = desk.host;
    const open = handlers['control.stream'](
      { id, method: 'terminals.open', params: { app: 'hello', columns: 80, rows: 24 } },
      desk.context((event) => {
        const { kind, ...rest } = Object(event) as Record<string, string>;
        if (kind === 'opened') terminal = rest.id ?? null;
        else shown += atob(rest.base64 ?? '');
        look();
      }, stop.signal),
    ).catch((error: unknown) => String(error));
    const until = (text: string) =>
      new Promise<void>((resolve) => {
        look = () => shown.includes(text) && resolve();
        look();
      });
    const type = (text: string) =>
      handlers['control.call'](
        { id, method: 'terminals.write', params: { id: terminal, base64: btoa(text) } },
        desk.context(),
      );
    await until('hello:r1 $ ');
    await type('id -u; stty size; ls /var/lib/windlass; touch /etc/x; echo "end"ed\n');
    await until('\nended');
    expect(shown).toMatch(/\r6\d{4}\r\n24 80\r\n/);
    expect(shown).toContain('Read-only file system');
    expect(shown).not.toContain('control.db');
    const units = "systemctl list-units --plain --no-legend 'windlass-*-command-*'";
    expect(await one.sh(units)).toContain('running');
    stop.abort();
    await open;
    for (const end = Date.now() + 15_000; Date.now() < end && (await one.sh(units)) !== ''; )
      await Bun.sleep(100);
    expect(await one.sh(units)).toBe('');
  },
  long,
);

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
