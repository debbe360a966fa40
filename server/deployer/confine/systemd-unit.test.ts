/** What systemd-run is told. Run for real in the end-to-end tests, on hosts with systemd as PID 1. */

import { expect, test } from 'bun:test';
import { environmentText, parseShow, scopeArgv, serviceArgv } from './systemd-unit.ts';

const limits = { memory: 512, cpu: 0.5, tasks: 64, background: false };
const spec = {
  name: 'run-x',
  argv: ['/bin/app', '--price', '$5', '%h'],
  cwd: '/data/artefacts/ab',
  env: { SECRET: 'hunter22' },
  memory: 512,
  cpu: 0.5,
  background: false,
  output: { kind: 'file' as const, path: '/data/run/x.out' },
  isolation: {
    user: 'wl-0123',
    hide: ['/data'],
    read: ['/data/artefacts/ab', '/data/a b:c'],
    write: [{ from: '/data/volumes/v', to: '/data-in' }],
  },
};

test('a_service_gets_its_limits_its_own_user_and_a_narrow_view', () => {
  const argv = serviceArgv('u.service', spec, limits, ['/data'], '/data/run/x.env');
  for (const property of [
    'MemoryMax=512',
    'MemorySwapMax=0',
    'CPUQuota=50%',
    'TasksMax=64',
    'DynamicUser=yes',
    'User=wl-0123',
    'ProtectSystem=strict',
    'PrivateTmp=yes',
    'NoNewPrivileges=yes',
    'KillMode=control-group',
    'TemporaryFileSystem=/data:ro',
    'BindReadOnlyPaths=/data/artefacts/ab',
    'BindReadOnlyPaths=/data/a\\ b\\:c',
    'BindPaths=/data/volumes/v:/data-in',
    'EnvironmentFile=-/data/run/x.env',
    'StandardOutput=append:/data/run/x.out',
  ]) {
    expect(argv).toContain(`--property=${property}`);
  }
});

test('the_counters_of_a_group_are_kept_where_they_would_go_with_it', () => {
  const counters = { from: '/cg/memory/u.service/memory.oom_control', to: '/data/run/x.oom' };
  expect(serviceArgv('u.service', spec, limits, [], '/e', counters)).toContain(
    '--property=ExecStopPost=-+/bin/cp /cg/memory/u.service/memory.oom_control /data/run/x.oom',
  );
  expect(serviceArgv('u.service', spec, limits, [], '/e').join(' ')).not.toContain('ExecStopPost');
});

test('a_terminal_leaves_streams_and_result_to_the_one_who_waits', () => {
  const argv = serviceArgv('u.service', { ...spec, output: { kind: 'terminal' } }, limits, [], '/e');
  expect(argv.slice(0, 5)).toEqual(['systemd-run', '--quiet', '--pty', '--wait', '--collect']);
  expect(argv.join(' ')).not.toMatch(/StandardOutput|RemainAfterExit/);
  expect(argv).toContain('--property=DynamicUser=yes');
});

test('no_variable_is_in_argv_and_no_dollar_is_left_to_expand', () => {
  const argv = serviceArgv('u.service', spec, limits, [], '/e');
  expect(argv.join(' ')).not.toContain('hunter22');
  expect(argv.slice(argv.indexOf('--') + 1)).toEqual(['/bin/app', '--price', '$$5', '%h']);
});

test('a_scope_has_limits_and_hands_argv_on_as_it_is', () => {
  const argv = scopeArgv('u.scope', { ...limits, memory: null, background: true }, ['/bin/x', '$A']);
  expect(argv.slice(0, 5)).toEqual(['systemd-run', '--scope', '--quiet', '--collect', '--unit=u.scope']);
  expect(argv).toContain('--property=CPUWeight=10');
  expect(argv.some((word) => word.includes('MemoryMax'))).toBe(false);
  expect(argv.slice(-3)).toEqual(['--', '/bin/x', '$A']);
});

test('values_with_quotes_line_ends_and_dollars_survive_an_environment_file', () => {
  expect(environmentText({ A: 'x"y\\z$w`v', B: 'one\ntwo' })).toBe('A="x\\"y\\\\z\\$w\\`v"\nB="one\ntwo"\n');
});

test('what_systemctl_shows_is_read_as_pairs', () => {
  expect(parseShow('MainPID=12\nResult=oom-kill\nX=a=b\n\n')).toEqual({
    MainPID: '12',
    Result: 'oom-kill',
    X: 'a=b',
  });
});
