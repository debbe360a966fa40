/** Verbs against a real control socket: what they ask, what they print, how they exit. */

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { WindlassError } from '../../shared/errors.ts';
import { aDeployment, anApp, type StubServer, stubServer } from './testing/stub-server.ts';

const asked: { method: string; params: unknown }[] = [];
const note = <T>(method: string, params: unknown, answer: T): T => {
  asked.push({ method, params });
  return answer;
};
const secret = 'hunter2-very-secret';
const domain = { host: 'shop.localhost', pathPrefix: '/', stripPrefix: true, given: true };

let server: StubServer;
beforeAll(async () => {
  server = await stubServer({
    'apps.list': () => ({ apps: [anApp('shop'), anApp('blog', { state: 'degraded' })] }),
    'apps.get': ({ app }) => {
      if (app !== 'shop') {
        throw new WindlassError('not-found', `there is no app "${app}"`, { hint: 'See `windlass apps`.' });
      }
      return anApp('shop');
    },
    'apps.remove': (params) => note('apps.remove', params, {}),
    'apps.stop': (params) => note('apps.stop', params, {}),
    'apps.start': (params) => note('apps.start', params, {}),
    'errors.keep': (params) => note('errors.keep', params, {}),
    'errors.keeping': () => ({ keepDays: 30, keepBytes: 500 * 1024 ** 2 }),
    'issues.list': () => ({ issues: [], total: 0 }),
    'domains.list': () => ({ domains: [domain] }),
    'domains.add': (params) =>
      note('domains.add', params, { domains: [domain, { ...params, given: false }] }),
    'env.list': () => ({ variables: [{ name: 'KEY', value: secret }] }),
    'env.set': (params) => note('env.set', params, { names: ['KEY'], deployment: null }),
    'releases.rollback': (params) =>
      note('releases.rollback', params, {
        deployment: aDeployment({ kind: 'rollback', release: params.to ?? 2 }),
        warm: true,
        tookMs: 12,
      }),
    'traffic.pause': (params) => note('traffic.pause', params, { state: 'paused' as const }),
    'server.doctor': () => ({
      findings: [
        { check: 'disk', state: 'ok' as const, message: '40 GB free' },
        { check: 'clock', state: 'failing' as const, message: 'off by 1 h', hint: 'Start an NTP client.' },
      ],
    }),
    'deployments.list': () => ({
      deployments: [
        aDeployment({
          phase: 'failed',
          failure: { phase: 'building', message: `no ${'long '.repeat(40)}reason`, logTail: [] },
        }),
      ],
    }),
    'deployments.cancel': ({ id }) => aDeployment({ id, phase: 'cancelled' }),
    'logs.read': async (params, { emit }) => {
      asked.push({ method: 'logs.read', params });
      emit({ at: 0, release: 3, origin: 'shop-3-1', text: 'plain \x1b[31mred\x1b[0m \x1b]0;title\x07end' });
      return { lines: 1 };
    },
  });
});
afterAll(() => server.close());

const lastAsked = () => asked.at(-1);

describe('on a server', () => {
  test('apps_is_a_table_in_a_pipe_without_any_escape_code', async () => {
    const { out, code } = await server.run(['apps']);
    expect(code).toBe(0);
    expect(out).toContain('shop  running         3        1/1  http://shop.localhost:8080\n');
    expect(out).not.toContain('\x1b');
  });
  test('a_terminal_gets_colours_unless_NO_COLOR_is_set', async () => {
    expect((await server.run(['apps'], { isTTY: true })).out).toContain('\x1b[32m');
    expect((await server.run(['apps'], { isTTY: true, env: { NO_COLOR: '1' } })).out).not.toContain('\x1b');
  });
  test('a_table_never_exceeds_the_terminal', async () => {
    const { out } = await server.run(['deployments', 'shop'], { isTTY: true, columns: 90 });
    for (const line of out.split('\n')) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(90);
    expect(out).toContain('…');
    expect((await server.run(['deployments', 'shop'])).out).not.toContain('…');
  });
  test('json_is_one_document_with_the_contracts_result', async () => {
    const { out } = await server.run(['apps', '--json'], { isTTY: true });
    expect(JSON.parse(out)).toEqual({ apps: [anApp('shop'), anApp('blog', { state: 'degraded' })] });
    expect(out.trim().split('\n')).toHaveLength(1);
  });
  test('the_servers_error_is_told_with_its_hint_and_exits_1', async () => {
    const { err, out, code } = await server.run(['status', 'nope']);
    expect({ err, out, code }).toEqual({
      err: 'error: there is no app "nope". See `windlass apps`.\n',
      out: '',
      code: 1,
    });
  });
  test('what_is_kept_of_errors_is_said_in_the_megabytes_it_was_set_in', async () => {
    const { code, out } = await server.run(['issues', 'keep', '--megabytes', '500']);
    expect({ code, out }).toEqual({ code: 0, out: 'events of 30 days, at most 500 MB of all apps\n' });
    expect(asked.at(-1)).toEqual({ method: 'errors.keep', params: { keepBytes: 500 * 1024 ** 2 } });
  });
  test('nothing_found_of_an_app_that_is_not_there_is_an_error_and_not_an_empty_list', async () => {
    expect(await server.run(['issues', 'shop'])).toMatchObject({ code: 0, out: 'no issues\n' });
    const { code, err } = await server.run(['issues', 'shpo']);
    expect(code).toBe(1);
    expect(err).toContain('there is no app "shpo"');
  });
  test('a_question_in_an_error_has_no_full_stop_behind_it', async () => {
    const { err } = await server.run(['analytics']);
    expect(err).toBe('error: which app? See `windlass apps`.\n');
  });
  test('status_of_an_app_shows_urls_instances_memory_and_restarts', async () => {
    const { out } = await server.run(['status', 'shop']);
    expect(out).toContain('http://shop.localhost:8080');
    expect(out).toMatch(/shop-3-1 +3 +running +native .* 46 MB +1 +127\.0\.0\.1:4001 +exit code 1/);
  });
  test('env_hides_values_even_in_json_until_they_are_asked_for', async () => {
    for (const argv of [
      ['env', 'shop'],
      ['env', 'shop', '--json'],
    ]) {
      expect((await server.run(argv)).out).toContain('KEY');
      expect((await server.run(argv)).out).not.toContain(secret);
      expect((await server.run([...argv, '--show'])).out).toContain(secret);
    }
  });
  test('env_set_reads_a_value_from_stdin_and_never_repeats_it', async () => {
    const done = await server.run(['env', 'shop', 'set', 'KEY=-', 'B=x=y', 'EMPTY='], {
      stdin: `${secret}\n`,
    });
    expect(lastAsked()?.params).toMatchObject({ set: { KEY: secret, B: 'x=y', EMPTY: '' }, unset: [] });
    expect(done.out + done.err).not.toContain(secret);
    expect(done.out).toContain('windlass restart shop');
  });
  test('a_value_that_lost_its_name_is_not_repeated_in_the_error', async () => {
    const done = await server.run(['env', 'shop', 'set', secret]);
    expect(done.code).toBe(2);
    expect(done.out + done.err).not.toContain(secret);
  });
  test('remove_without_a_terminal_needs_yes_and_removes_nothing', async () => {
    const before = asked.length;
    const { code, err } = await server.run(['remove', 'shop']);
    expect(code).toBe(2);
    expect(err).toContain('--yes');
    expect(asked.length).toBe(before);
    expect((await server.run(['remove', 'shop', '--yes', '--volumes'])).code).toBe(0);
    expect(lastAsked()).toEqual({ method: 'apps.remove', params: { app: 'shop', volumes: true } });
  });
  test('remove_on_a_terminal_wants_the_name_typed', async () => {
    const before = asked.length;
    expect((await server.run(['remove', 'shop'], { isTTY: true, stdin: 'yes\n' })).code).toBe(2);
    expect(asked.length).toBe(before);
    expect((await server.run(['remove', 'shop'], { isTTY: true, stdin: 'shop\n' })).code).toBe(0);
    expect(asked.length).toBe(before + 1);
  });
  test('rollback_says_to_what_how_warm_and_how_fast', async () => {
    const { out } = await server.run(['rollback', 'shop', '--to', '1']);
    expect(out).toContain('shop is back on release 1 (warm) in 12 ms');
    expect(lastAsked()?.params).toEqual({ app: 'shop', environment: 'production', to: 1 });
  });
  test('domains_add_keeps_or_removes_the_prefix', async () => {
    const { out } = await server.run([
      'domains',
      'shop',
      'add',
      'a.example',
      '--path',
      '/api',
      '--keep-prefix',
    ]);
    expect(lastAsked()?.params).toMatchObject({ host: 'a.example', pathPrefix: '/api', stripPrefix: false });
    expect(out).toContain('prefix kept');
  });
  test('pause_passes_its_limit_in_seconds', async () => {
    const { out } = await server.run(['pause', 'shop', '--max', '120', '--env', 'preview']);
    expect(lastAsked()?.params).toEqual({ app: 'shop', environment: 'preview', maxPause: 120 });
    expect(out).toContain('windlass resume shop --env preview');
  });
  test('doctor_exits_1_where_something_does_not_work', async () => {
    const { out, code } = await server.run(['doctor']);
    expect(code).toBe(1);
    expect(out).toContain('Start an NTP client.');
    expect(out).toContain('1 problem, 0 warnings');
  });
  test('deployments_cancel_names_what_became_of_it', async () => {
    expect((await server.run(['deployments', 'shop', '--cancel', 'd9'])).out).toContain(
      'd9 of shop is cancelled',
    );
  });
  test('logs_asks_for_exactly_what_the_flags_say', async () => {
    const argv = ['logs', 'shop', '--release', '4', '--grep', 'a|b', '--since', '1h', '-n', '5', '--build'];
    await server.run(argv);
    const params = Object(lastAsked()?.params);
    expect(params).toMatchObject({ release: 4, grep: 'a|b', tail: 5, kind: 'build', follow: false });
    expect(Math.abs(Date.now() - 3_600_000 - params.since)).toBeLessThan(5000);
  });
  test('logs_lets_colours_through_to_a_terminal_and_nothing_that_could_steer_it', async () => {
    const piped = (await server.run(['logs', 'shop'])).out;
    expect(piped).toBe('1970-01-01 00:00:00.000 shop-3-1 r3 plain red end\n');
    const shown = (await server.run(['logs', 'shop'], { isTTY: true })).out;
    expect(shown).toContain('\x1b[31mred');
    expect(shown).not.toContain('\x1b]');
    expect(shown).not.toContain('\x07');
  });
  test('logs_as_json_is_one_line_a_line', async () => {
    const { out } = await server.run(['logs', 'shop', '--json']);
    expect(JSON.parse(out)).toMatchObject({ release: 3, origin: 'shop-3-1' });
  });
});

describe('without a server', () => {
  const nowhere = { env: { WINDLASS_SOCKET: '/nowhere/control.sock' } };
  test('a_verb_says_how_to_start_one_and_exits_1', async () => {
    const { err, code } = await server.run(['apps'], nowhere);
    expect(code).toBe(1);
    expect(err).toContain('no windlass server answers at /nowhere/control.sock');
    expect(err).toContain('windlass serve');
  });
  test('version_still_answers', async () => {
    const { out, code } = await server.run(['version'], nowhere);
    expect({ out, code }).toEqual({ out: 'windlass 1.2.3\nno server answers here\n', code: 0 });
  });
});
