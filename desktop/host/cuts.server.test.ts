/** The line is cut at every step in turn, forwarding is forbidden, the host key changes: nothing is half done, nothing is sent. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { StepEvent, StepId } from '../../shared/desktop/provision.ts';
import { WindlassError } from '../../shared/errors.ts';
import {
  cleanUp,
  type Desk,
  hello,
  openDesk,
  plain,
  startTestHost,
  type TestHost,
} from './test-host.fixture.ts';

const long = 240_000;
const everything = { ...plain, updates: true, sshHardening: true, firewall: true };
let one: TestHost;
let desk: Desk;
let id: string;

beforeAll(async () => {
  one = await startTestHost();
  desk = await openDesk();
  id = (await desk.join(one)).id;
}, long);
afterAll(cleanUp);

const cut = () => one.sh("pkill -f '[s]shd: root' || true");

/** Runs with the line cut as the step begins, or in the middle of its upload; what the run ended with. */
async function applyCutAt(step: StepId): Promise<{ began: StepId[]; failure: unknown }> {
  const began: StepId[] = [];
  let cutting: Promise<string> | null = null;
  const failure = await desk.host.handlers['provision.apply'](
    { id, options: everything },
    desk.context((event: StepEvent) => {
      if (event.kind === 'started') began.push(event.step);
      const isThere =
        event.step === step &&
        (step === 'binary' ? event.kind === 'progress' && event.done > 20_000_000 : event.kind === 'started');
      if (isThere) cutting ??= cut();
    }),
  ).catch((error: unknown) => error);
  await cutting;
  return { began, failure };
}

test(
  'a_line_cut_at_every_step_in_turn_leaves_nothing_half_done',
  async () => {
    const { handlers } = desk.host;
    const { steps } = await handlers['provision.plan']({ id, options: everything }, desk.context());
    const changing = steps.filter(({ finding }) => finding.kind === 'needed').map((step) => step.id);
    expect(changing).toEqual([
      'folders',
      'binary',
      'sysctl',
      'unit',
      'firewall',
      'updates',
      'ssh-hardening',
      'health',
    ]);
    for (const step of steps) {
      // By then it answers already, unless it is stopped once more.
      if (step.id === 'health') await one.sh('systemctl stop windlass');
      const { began, failure } = await applyCutAt(step.id);
      expect(began).toContain(step.id);
      // Steps that only look need no line of their own, so the one after them meets the cut, if any does.
      if (failure instanceof WindlassError)
        expect(`${failure.code} ${failure.message}`).toStartWith('unavailable');
      else if (changing.includes(step.id)) throw new Error(`${step.id} was not cut: ${String(failure)}`);
      await handlers['servers.connect']({ id }, desk.context());
      await desk.until(id, ['control-lost', 'connected']);
      // What a cut script began it also ended: a file is the whole file or is not there.
      const halves = await one.sh(
        'find /usr/local/lib/windlass /etc/systemd/system /etc/windlass -name "*.new" -o -name "upload.*" 2>/dev/null || true',
      );
      expect(halves).toBe('');
    }
    const last = await handlers['provision.apply']({ id, options: everything }, desk.context());
    expect((await handlers['provision.verify']({ id }, desk.context())).drifts).toEqual([]);
    console.log(
      `cut ${steps.length} times; the last run still changed: ${last.changed.join(', ') || 'nothing'}`,
    );
    const again = await handlers['provision.apply']({ id, options: everything }, desk.context());
    expect(again.changed).toEqual([]);
    await desk.until(id, 'connected');
    await handlers['control.deployFolder'](
      { id, app: 'hello', environment: 'production', path: hello },
      desk.context(),
    );
  },
  long,
);

test(
  'the_firewall_lets_in_ssh_and_the_web_only_and_a_repair_brings_it_back',
  async () => {
    await one.sh(
      'systemd-run --quiet --unit=another systemd-socket-activate -l 0.0.0.0:5432 --inetd -a /bin/cat',
    );
    const address = (await one.sh("hostname -I | cut -d' ' -f1")).trim();
    const reaches = (port: number) =>
      Bun.connect({ hostname: address, port, socket: { data: () => undefined } }).then(
        (socket) => {
          socket.end();
          return true;
        },
        () => false,
      );
    expect(await reaches(22)).toBe(true);
    expect(await reaches(80)).toBe(true);
    expect(await one.sh('ss -Hltn "sport = :5432"')).toContain('5432');
    expect(await Promise.race([reaches(5432), Bun.sleep(700).then(() => 'dropped')])).toBe('dropped');
    expect(await one.sh('systemctl is-enabled windlass-firewall')).toBe('enabled\n');

    // Somebody deletes it by hand: that is drift, and a repair brings it back.
    await one.sh('nft delete table inet windlass');
    expect(await reaches(5432)).toBe(true);
    const { drifts } = await desk.host.handlers['provision.verify']({ id }, desk.context());
    expect(drifts.map(({ step }) => step)).toEqual(['firewall']);
    await desk.host.handlers['provision.apply']({ id, options: everything }, desk.context());
    expect(await Promise.race([reaches(5432), Bun.sleep(700).then(() => 'dropped')])).toBe('dropped');
  },
  long,
);

test(
  'a_firewall_that_is_there_is_opened_and_left_as_it_was',
  async () => {
    const { handlers } = desk.host;
    await one.sh(`systemctl disable --now windlass-firewall 2>/dev/null
cat >/etc/nftables.conf <<'END'
flush ruleset
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iif lo accept
    tcp dport 22 accept
  }
}
END
nft -f /etc/nftables.conf`);
    const { drifts } = await handlers['provision.verify']({ id }, desk.context());
    expect(drifts.map(({ message }) => message)).toEqual([
      'a repair opens 80, 443 in nftables, inet filter input',
    ]);
    await handlers['provision.apply']({ id, options: everything }, desk.context());
    expect((await handlers['provision.verify']({ id }, desk.context())).drifts).toEqual([]);
    // as after a reboot: what the system's own file makes is open, too
    await one.sh('nft -f /etc/nftables.conf');
    expect((await handlers['provision.verify']({ id }, desk.context())).drifts).toEqual([]);
    const before = await one.sh(
      'grep -v -e Windlass -e windlass /etc/nftables.conf | md5sum; md5sum </etc/nftables.conf',
    );
    await handlers['provision.uninstall']({ id, data: 'keep' }, desk.context());
    const [own] = before.split('\n');
    expect((await one.sh('md5sum </etc/nftables.conf')).trim()).toBe(own ?? '');
    expect(await one.sh('nft list ruleset')).not.toContain('windlass');
    await one.sh('nft flush ruleset');
  },
  long,
);

test(
  'where_sshd_forbids_forwarding_the_control_channel_goes_another_way',
  async () => {
    const { handlers } = desk.host;
    await handlers['provision.apply']({ id, options: plain }, desk.context());
    expect(await desk.until(id, 'connected')).toMatchObject({ via: 'forward' });
    await one.sh(
      "printf 'AllowStreamLocalForwarding no\\nAllowTcpForwarding no\\n' >/etc/ssh/sshd_config.d/40-no.conf; systemctl reload ssh",
    );
    await handlers['servers.disconnect']({ id }, desk.context());
    await handlers['servers.connect']({ id }, desk.context());
    expect(await desk.until(id, 'connected')).toMatchObject({ via: 'bridge' });
    const made = await handlers['control.deployFolder'](
      { id, app: 'hello', environment: 'production', path: hello },
      desk.context(),
    );
    expect(['watching', 'live']).toContain(made.phase);
  },
  long,
);

test(
  'a_changed_host_key_stops_everything_before_a_byte_of_the_person_is_sent',
  async () => {
    const { handlers } = desk.host;
    await handlers['servers.disconnect']({ id }, desk.context());
    await one.sh('rm /etc/ssh/ssh_host_*; ssh-keygen -A >/dev/null; systemctl restart ssh');
    const asked = "journalctl -u ssh --no-pager | grep -c -E 'Accepted|Failed|Invalid user' || true";
    const before = await one.sh(asked);
    await handlers['servers.connect']({ id }, desk.context());
    const changed = await desk.until(id, 'unreachable');
    expect(changed).toMatchObject({ cause: 'host-key-changed', retryAt: null });
    expect(changed.hint).toContain('compare the new fingerprint');
    expect(changed.keys?.offered.sha256).not.toBe(changed.keys?.pinned.sha256);
    expect(await one.sh(asked)).toBe(before);
    // Only after the person compared the new one does it go on.
    await handlers['hostkey.forget']({ id, hop: 'server' }, desk.context());
    await handlers['servers.connect']({ id }, desk.context());
    const offered = await desk.until(id, 'awaiting-fingerprint');
    expect(offered.sha256).toBe(changed.keys?.offered.sha256 ?? '');
  },
  long,
);
