/** What the renderer decides without drawing. */

import { describe, expect, test } from 'bun:test';
import type { Deployment, LogLine, Release } from '../../../shared/deployer/model.ts';
import { appNameFrom } from '../features/deploy/app-name-from.ts';
import { withoutLeftOut } from '../features/deploy/left-out.ts';
import { makeTar, paxRecord } from '../features/deploy/tar.ts';
import { planRollback } from '../features/deployments/rollback-plan.ts';
import { createLogBuffer } from '../features/logs/log-buffer.ts';
import { newServer, targetText } from '../features/servers/new-server.ts';
import { splitByMatch, visibleRange } from '../ui/visible-range.ts';
import { ago, size, span } from './amounts.ts';
import { listedPhaseWords } from './environment-words.ts';
import { paletteScore } from './palette-score.ts';
import { phaseRope } from './phase-rope.ts';
import { parseRoute, pathOf } from './route.ts';

describe('routes', () => {
  test('every_view_has_one_path_and_the_path_leads_back', () => {
    const at = { server: 'local', app: 'hello', environment: 'preview' };
    for (const route of [
      { kind: 'servers' },
      { kind: 'add-server' },
      { kind: 'replay-file' },
      { kind: 'server', server: 'a' },
      { kind: 'setup', server: 'a' },
      { kind: 'app', ...at, tab: 'overview' },
      { kind: 'app', ...at, tab: 'logs' },
      { kind: 'app', ...at, tab: 'logs', sub: ['7', 'a/b'] },
      { kind: 'server-page', server: 'a', page: 'disk' },
      { kind: 'server-page', server: 'a', page: 'disk', sub: ['x'] },
      { kind: 'deployment', ...at, deployment: 'd1' },
    ] as const) {
      expect(parseRoute(pathOf(route))).toEqual(route);
    }
    expect(parseRoute('/servers/a/apps/b/nonsense').kind).toBe('nowhere');
    expect(parseRoute('/%zz').kind).toBe('nowhere');
  });
});

test('amounts_read_as_people_say_them', () => {
  expect([size(512), size(1536), size(7.1 * 1024 ** 2), size(250 * 1024 ** 2)]).toEqual([
    '512 B',
    '1.5 KB',
    '7.1 MB',
    '250 MB',
  ]);
  expect([span(0.44), span(45), span(7200), span(59_700)]).toEqual(['0.4 ms', '45 ms', '7.2 s', '1 min']);
  expect([span(90_000), span(119_800), span(3 * 3_600_000)]).toEqual(['1 min 30 s', '2 min', '3 h']);
  expect([ago(0, 1000), ago(0, 90_000), ago(0, 864e5 * 3)]).toEqual(['just now', '2 min ago', '3 days ago']);
});

test('the_palette_prefers_starts_of_words_and_refuses_missing_letters', () => {
  expect(paletteScore('Logs of hello', 'xyz')).toBeNull();
  expect(paletteScore('Deploy hello', 'dh') ?? 0).toBeGreaterThan(
    paletteScore('Add another host', 'dh') ?? 0,
  );
});

test('phases_are_drawn_with_their_times_and_the_one_that_failed', () => {
  const deployment: Pick<Deployment, 'phase' | 'phaseTimes' | 'failure' | 'source' | 'finishedAt'> = {
    phase: 'failed',
    phaseTimes: [
      { phase: 'queued', at: 0 },
      { phase: 'fetching', at: 10 },
      { phase: 'building', at: 20 },
      { phase: 'failed', at: 520 },
    ],
    failure: { phase: 'building', message: 'no', logTail: [] },
    source: { kind: 'upload', upload: 'u', from: 'x' },
    finishedAt: 520,
  };
  const states = phaseRope(deployment, 9999).map(({ id, state, note }) =>
    `${id} ${state} ${note ?? ''}`.trim(),
  );
  expect(states.slice(0, 4)).toEqual([
    'queued done 10 ms',
    'fetching done 10 ms',
    'building bad 500 ms',
    'starting ahead',
  ]);
  const back = phaseRope({ ...deployment, source: { kind: 'release', release: 1 } }, 0).map(({ id }) => id);
  expect(back).not.toContain('building');
});

test('of_all_that_went_live_only_the_newest_is_called_live_and_going_back_by_hand_is_no_failure', () => {
  const one = (id: string, phase: Deployment['phase'], kind: Deployment['kind'] = 'deploy'): Deployment => ({
    ...{ id, phase, kind, app: 'a', environment: 'production', release: 1, previousRelease: null },
    ...{ source: { kind: 'release', release: 1 }, failure: null, createdAt: 0, finishedAt: 1 },
    ...{ phaseTimes: [], url: null },
  });
  const list = [one('d', 'failed'), one('c', 'live'), one('b', 'rolled-back'), one('a', 'live')];
  expect(list.map((each) => listedPhaseWords(each, list).text)).toEqual([
    'failed',
    'live',
    'rolled back',
    'was live',
  ]);
  const watched = [one('b', 'watching'), one('a', 'live')];
  expect(watched.map((each) => listedPhaseWords(each, watched).text)).toEqual(['watching', 'was live']);
  const byHand = [one('b', 'live', 'rollback'), one('a', 'rolled-back')];
  const byItself = [one('b', 'live'), one('a', 'rolled-back')];
  expect([byHand, byItself].map((each) => listedPhaseWords(each[1] ?? one('', 'live'), each).tone)).toEqual([
    'off',
    'bad',
  ]);
});

test('a_rollback_says_what_changes_and_never_offers_a_pruned_release', () => {
  const release = (number: number, state: Release['state']): Release => ({
    app: 'a',
    environment: 'production',
    number,
    runtime: 'native',
    preset: 'node',
    from: 'x',
    createdAt: 0,
    bytes: 1,
    state,
  });
  const all = [release(4, 'live'), release(3, 'warm'), release(2, 'cold'), release(1, 'pruned')];
  expect(planRollback(all, null)?.to.number).toBe(3);
  expect(planRollback(all, null)?.changes[0]).toContain('release 3 in place of 4');
  expect(planRollback(all, 2)?.changes[1]).toContain('started and checked first');
  expect(planRollback(all, 1)).toBeNull();
  expect(planRollback([release(1, 'live')], null)).toBeNull();
});

describe('fifty thousand lines', () => {
  const line = (n: number): LogLine => ({
    at: n,
    release: 1,
    origin: 'i',
    text: `request ${n} took a while`,
  });
  test('are_searched_well_within_a_frame_budget_of_100_ms', () => {
    const buffer = createLogBuffer(50_000);
    buffer.append(Array.from({ length: 50_000 }, (_, n) => line(n)));
    const from = performance.now();
    buffer.search('4999');
    expect(performance.now() - from).toBeLessThan(100);
    expect(buffer.found).toHaveLength(15);
    buffer.append([line(49_991)]);
    expect(buffer.count).toBe(50_000);
    expect(buffer.found.at(-1)?.at).toBe(49_991);
  });
  test('draw_only_those_in_sight', () => {
    const { first, end } = visibleRange(500_000, 600, 20, 50_000, 30);
    expect([first, end]).toEqual([24_970, 25_060]);
    expect(visibleRange(1e9, 600, 20, 10, 30)).toEqual({ first: 0, end: 10 });
    expect(visibleRange(0, 600, 20, 0, 30)).toEqual({ first: 0, end: 0 });
  });
  test('a_match_is_marked_regardless_of_case_and_the_text_stays_whole', () => {
    const pieces = splitByMatch('Error: an error', 'error');
    expect(pieces.filter(({ matches }) => matches).map(({ text }) => text)).toEqual(['Error', 'error']);
    expect(pieces.map(({ text }) => text).join('')).toBe('Error: an error');
  });
});

describe('a dropped folder', () => {
  test('becomes_a_tar_that_tar_itself_reads', async () => {
    const long = `${'deep/'.repeat(30)}file.txt`;
    const tar = makeTar([
      { path: 'package.json', file: new Blob(['{}']), modified: 1_000_000 },
      { path: long, file: new Blob(['x'.repeat(700)]), modified: 1_000_000 },
    ]);
    const listed = Bun.spawnSync(['tar', '-tvf', '-'], { stdin: new Uint8Array(await tar.arrayBuffer()) });
    expect(listed.stderr.toString()).toBe('');
    const names = listed.stdout
      .toString()
      .trim()
      .split('\n')
      .map((each) => each.split(/\s+/).at(-1) ?? '');
    expect(names).toEqual(['package.json', long]);
    expect(new TextDecoder().decode(paxRecord('path', 'a'))).toBe('9 path=a\n');
  });
  test('leaves_out_what_its_ignore_files_name_the_nearest_last', async () => {
    const file = (path: string, text = '') => ({ path, file: new Blob([text]) });
    const { sent, leftOut } = await withoutLeftOut([
      file('.gitignore', '*.log\nbuild/\n'),
      file('.windlassignore', 'docs/\n'),
      file('a.log'),
      file('keep/.gitignore', '!a.log\n'),
      file('keep/a.log'),
      file('build/x.js'),
      file('docs/x.md'),
      file('node_modules/x/y.js'),
      file('index.js'),
    ]);
    expect(sent.map(({ path }) => path)).toEqual([
      '.gitignore',
      '.windlassignore',
      'keep/.gitignore',
      'keep/a.log',
      'index.js',
    ]);
    expect(leftOut).toBe(4);
  });
  test('gives_the_app_its_name', () => {
    expect([
      appNameFrom('/home/me/My App/'),
      appNameFrom('https://x.y/z/shop.git'),
      appNameFrom('--'),
    ]).toEqual(['my-app', 'shop', '']);
  });
});

test('a_server_is_typed_as_after_ssh', () => {
  const typed = { name: '', auth: 'agent' as const, keyPath: '', jump: '' };
  expect(newServer({ ...typed, target: 'me@box.example:2222' })).toMatchObject({
    kind: 'address',
    name: 'box.example',
    address: { user: 'me', host: 'box.example', port: 2222 },
  });
  expect(newServer({ ...typed, target: 'box' })).toMatchObject({ address: { user: 'root', port: 22 } });
  for (const target of ['', 'a b', '-oProxyCommand=x', 'x:99999']) {
    expect(newServer({ ...typed, target }).kind).toBe('incomplete');
  }
  expect(newServer({ ...typed, auth: 'key', target: 'box' }).kind).toBe('incomplete');
  expect(newServer({ ...typed, target: 'box', jump: 'me@[fd00::1]:23' })).toMatchObject({
    address: { host: 'box', jump: { user: 'me', host: 'fd00::1', port: 23, auth: { kind: 'agent' } } },
  });
  expect(newServer({ ...typed, target: 'box', jump: 'a b' }).kind).toBe('incomplete');
  for (const text of ['me@[fd00::1]:23', 'root@box']) {
    const made = newServer({ ...typed, target: text });
    expect(made.kind === 'address' && targetText(made.address)).toBe(text);
  }
});
