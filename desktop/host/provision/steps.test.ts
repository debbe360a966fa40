/** What each step makes of what a server says, without a server. */

import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { targetOf } from './binary.ts';
import { driftOf } from './drift.ts';
import { planOf, refuseBlocked } from './plan.ts';
import { holdersOf } from './ports.ts';
import { type Facts, needed, type Wish } from './step.ts';
import { steps } from './steps.ts';
import { readFacts, surveyScript } from './survey.ts';
import { unitText } from './unit-text.ts';

const sha256 = 'a'.repeat(64);
const wish: Wish = {
  options: { updates: false, sshHardening: false, firewall: false, docker: false, domain: 'localhost' },
  binary: { target: 'linux-x64', version: '1', path: '/f', bytes: 1e8, size: 1e8, packed: 'none', sha256 },
  refused: null,
  elevation: 'root',
  passwordLogin: false,
  user: 'root',
  now: 1_000_000_000,
};
/** A server as it should be. */
const good: Facts = {
  'os.kernel': 'Linux',
  'os.id': 'debian',
  'os.version': '12',
  'os.name': 'Debian GNU/Linux 12',
  'os.systemd': 'yes',
  'cpu.machine': 'x86_64',
  'cpu.sse42': 'yes',
  'cpu.libc': 'glibc',
  'disk./usr/local/lib': '9000',
  'disk./var/lib': '9000',
  'clock.seconds': '1000000',
  'ports.taken': '80/users:(("windlass",pid=9,fd=3))',
  'sudo.uid': '0',
  'folders.data': '700 root',
  'folders.program': '755 root',
  'folders.rule': 'yes',
  'binary.sha256': sha256,
  'binary.link': '/usr/local/lib/windlass/windlass',
  'binary.mode': '755 root',
  'sysctl.now': '1',
  'sysctl.kept': 'yes',
  'swap.memory': '4000',
  'unit.sha256': createHash('sha256').update(unitText).digest('hex'),
  'unit.environment': 'WINDLASS_DOMAIN=localhost',
  'unit.enabled': 'enabled',
  'unit.active': 'active',
  'health.http': '404',
  'health.control': 'yes',
  'health.socket': '600 root',
};
const finding = (id: string, facts: Facts, wanted: Partial<Wish> = {}) => {
  const plan = planOf({ facts: { ...good, ...facts }, wish: { ...wish, ...wanted } });
  return plan.steps.find((step) => step.id === id)?.finding;
};
const kindOf = (...args: Parameters<typeof finding>) => finding(...args)?.kind;

test('a_server_as_it_should_be_needs_nothing_and_has_no_drift', () => {
  const plan = planOf({ facts: good, wish });
  expect(plan).toMatchObject({ ready: true, changes: 0 });
  expect(driftOf({ facts: good, wish })).toEqual([]);
});

test('what_stands_in_the_way_blocks_and_says_what_to_do', () => {
  expect(kindOf('os', { 'os.id': 'alpine', 'os.version': '3.20' })).toBe('blocked');
  expect(kindOf('os', { 'os.version': '10' })).toBe('blocked');
  expect(kindOf('os', { 'os.version': '' })).toBe('blocked');
  expect(kindOf('os', { 'os.systemd': 'no' })).toBe('blocked');
  expect(kindOf('cpu', { 'cpu.machine': 'riscv64' })).toBe('blocked');
  expect(kindOf('cpu', { 'cpu.sse42': 'no' })).toBe('blocked');
  expect(kindOf('cpu', {}, { binary: null })).toBe('blocked');
  const refused = { message: 'it was changed', hint: 'Install again.' };
  expect(finding('cpu', {}, { binary: null, refused })).toEqual({ kind: 'blocked', ...refused });
  expect(kindOf('disk', { 'disk./var/lib': '400' })).toBe('blocked');
  expect(kindOf('disk', { 'disk./var/lib': '' })).toBe('blocked');
  expect(kindOf('clock', { 'clock.seconds': '999000' })).toBe('blocked');
  expect(kindOf('clock', { 'clock.seconds': 'x' })).toBe('blocked');
  expect(kindOf('ports', { 'ports.taken': '443/users:(("nginx",pid=7,fd=6))' })).toBe('blocked');
  expect(kindOf('sudo', {}, { elevation: 'none' })).toBe('blocked');
  expect(kindOf('sudo', { 'sudo.uid': '1000' })).toBe('blocked');
});

test('nothing_is_refused_halfway', () => {
  const plan = planOf({ facts: { ...good, 'os.id': 'plan9', 'ports.taken': '80/' }, wish });
  expect(() => refuseBlocked(plan)).toThrow(/not supported; port 80/);
  expect(() => refuseBlocked(planOf({ facts: good, wish }))).not.toThrow();
});

test('nobody_is_locked_out_by_hardening', () => {
  const options = { ...wish.options, sshHardening: true };
  const facts = { 'ssh.password': 'yes', 'ssh.root': 'yes', 'ssh.include': 'yes' };
  expect(kindOf('ssh-hardening', facts, { options, passwordLogin: true })).toBe('blocked');
  expect(kindOf('ssh-hardening', facts, { options })).toBe('needed');
  expect(kindOf('ssh-hardening', facts)).toBe('skipped');
});

test('a_firewall_keeps_the_ssh_port_in_use_open', () => {
  const ufw = { 'firewall.ufw': 'active', 'firewall.ssh': '2222' };
  const message = (rules: string) =>
    planOf({ facts: { ...good, ...ufw, 'firewall.rules': rules }, wish }).steps.find(
      ({ id }) => id === 'firewall',
    )?.finding;
  expect(message('80/tcp 443/tcp')).toMatchObject({ kind: 'needed', message: 'opens 2222 in ufw' });
  expect(message('2222/tcp 80/tcp 443')).toMatchObject({ kind: 'done' });
  expect(kindOf('firewall', {})).toBe('skipped');
  const nft = { 'firewall.chain': 'inet filter input', 'firewall.open': '22 80', 'firewall.ssh': '22' };
  expect(finding('firewall', nft)).toEqual(needed('opens 443 in nftables, inet filter input'));
  expect(kindOf('firewall', { ...nft, 'firewall.open': '22 80 443' })).toBe('done');
});

test('a_firewall_of_our_own_says_what_it_closes_and_is_read_back_whole', () => {
  const options = { ...wish.options, firewall: true };
  const facts = { 'firewall.ssh': '2222', 'firewall.others': '2222/sshd 5432/postgres 80/windlass' };
  expect(finding('firewall', facts, { options })).toEqual(
    needed('closes every port but 2222, 80, 443; what listens on 5432 (postgres) is no longer reached'),
  );
  const own = { ...facts, 'firewall.own': '80 443 2222', 'firewall.kept': 'yes' };
  expect(kindOf('firewall', own, { options })).toBe('done');
  expect(kindOf('firewall', { ...own, 'firewall.own': '80 443' }, { options })).toBe('needed');
  expect(kindOf('firewall', { ...own, 'firewall.own': '80 443 2222 5432' }, { options })).toBe('needed');
  expect(kindOf('firewall', { ...own, 'firewall.kept': 'no' }, { options })).toBe('needed');
});

test('what_is_missing_is_needed', () => {
  expect(kindOf('folders', { 'folders.data': '755 root' })).toBe('needed');
  expect(kindOf('binary', { 'binary.sha256': '' })).toBe('needed');
  expect(kindOf('binary', { 'binary.link': '' })).toBe('needed');
  expect(kindOf('sysctl', { 'sysctl.kept': 'no' })).toBe('needed');
  expect(kindOf('sysctl', { 'sysctl.now': '' })).toBe('skipped');
  expect(kindOf('unit', { 'unit.active': 'failed' })).toBe('needed');
  expect(kindOf('swap', { 'swap.memory': '900', 'swap.total': '0', 'swap.disk': '20000' })).toBe('needed');
  expect(kindOf('health', { 'health.http': 'none' })).toBe('needed');
  expect(kindOf('docker', {}, { options: { ...wish.options, docker: true } })).toBe('needed');
});

test('a_survey_that_was_cut_off_is_not_believed', () => {
  expect(() => readFacts({ code: 0, out: 'os.kernel=Linux\n', err: '' })).toThrow('cut off');
  expect(readFacts({ code: 0, out: 'a=b=c\n\nsurvey=whole\n', err: '' })).toEqual({
    a: 'b=c',
    survey: 'whole',
  });
});

test('every_script_is_valid_for_a_posix_shell', () => {
  const scripts = [surveyScript(steps), ...steps.flatMap(({ undo }) => (undo === undefined ? [] : [undo]))];
  for (const script of scripts) {
    const checked = Bun.spawnSync(['sh', '-n'], { stdin: Buffer.from(script) });
    expect(checked.stderr.toString()).toBe('');
  }
});

test('the_unit_that_travels_with_the_desktop_is_the_one_in_resources', async () => {
  const file = new URL('../../../resources/systemd/windlass.service', import.meta.url);
  expect(await Bun.file(file).text()).toBe(unitText);
});

test('the_right_file_is_chosen_by_cpu_and_libc', () => {
  expect(targetOf('x86_64', 'glibc')).toBe('linux-x64');
  expect(targetOf('aarch64', 'musl')).toBe('linux-arm64-musl');
  expect(targetOf('armv7l', 'glibc')).toBeNull();
});

test('who_holds_a_port_is_read_from_what_ss_prints', () => {
  expect(holdersOf('80/users:(("nginx",pid=1,fd=6),("nginx",pid=2,fd=6)) 443/')).toEqual([
    { port: '80', name: 'nginx' },
    { port: '443', name: 'another program' },
  ]);
});
