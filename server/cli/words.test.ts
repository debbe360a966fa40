/** The small words of the command line: amounts, spans, guesses, tables, progress. */

import { describe, expect, test } from 'bun:test';
import { agoText, bytesText, durationText } from './amounts.ts';
import { nearest } from './nearest.ts';
import { findPlaces } from './places.ts';
import { advance, noProgress, type Progress, progressLines } from './progress.ts';
import { parseSince } from './since.ts';
import { createStyle, printable } from './style.ts';
import { cut, renderTable } from './table.ts';
import { entered } from './testing/stub-server.ts';

describe('amounts', () => {
  test('bytes_are_counted_as_limits_are_and_have_a_decimal_below_ten', () => {
    const sizes = [0, 999, 1000, 1536, 34_120, 10_188, 1024 ** 2 - 1, 256 * 1024 ** 2, 5 * 1024 ** 3];
    expect(sizes.map(bytesText)).toEqual([
      '0 B',
      '999 B',
      '1.0 KB',
      '1.5 KB',
      '33 KB',
      '9.9 KB',
      '1.0 MB',
      '256 MB',
      '5.0 GB',
    ]);
  });
  test('durations_grow_their_units', () => {
    const spans = [0, 12.4, 999.6, 4200, 59_949, 59_951, 185_000, 7_800_000, 443_000_000];
    expect(spans.map(durationText)).toEqual([
      '0 ms',
      '12 ms',
      '1.0 s',
      '4.2 s',
      '59.9 s',
      '1 min',
      '3 min 05 s',
      '2 h 10 min',
      '5 d 3 h',
    ]);
  });
  test('a_time_in_the_future_is_now_because_clocks_differ', () => {
    expect(agoText(5000, 1000)).toBe('just now');
    expect(agoText(0, 40_000)).toBe('40 s ago');
  });
});

describe('since', () => {
  test('spans_add_up_and_dates_are_read', () => {
    const now = 10_000_000;
    expect(parseSince('1h', now)).toBe(now - 3_600_000);
    expect(parseSince('1h30m', now)).toBe(now - 5_400_000);
    expect(parseSince('0.5s', now)).toBe(now - 500);
    expect(parseSince('2026-01-31T08:00:00Z', now)).toBe(Date.UTC(2026, 0, 31, 8));
  });
  test('anything_else_is_refused', () => {
    for (const text of ['', 'h', '1x', '-1h', '2026-13-45', '5']) expect(() => parseSince(text, 0)).toThrow();
  });
});

describe('guesses', () => {
  test('a_swap_a_loss_and_a_beginning_are_understood_and_nonsense_is_not', () => {
    const known = ['deploy', 'deployments', 'logs', 'rollback'];
    expect(nearest('depoly', known)).toBe('deploy');
    expect(nearest('log', known)).toBe('logs');
    expect(nearest('roll', known)).toBe('rollback');
    expect(nearest('xyz', known)).toBeNull();
  });
});

describe('tables', () => {
  const columns = [{ title: 'a' }, { title: 'b', flexible: true }, { title: 'n', right: true }];
  test('columns_line_up_by_cells_not_by_bytes', () => {
    expect(
      renderTable(
        columns,
        [
          ['é日', 'x', '1'],
          ['c', 'yy', '10'],
        ],
        80,
      ),
    ).toEqual(['A    B    N', 'é日  x    1', 'c    yy  10']);
  });
  test('only_flexible_columns_are_cut', () => {
    const lines = renderTable(columns, [['fixed', 'f'.repeat(50), '1']], 30);
    expect(lines[1]).toBe(`fixed  ${'f'.repeat(19)}…  1`);
    expect(cut('日本語', 4)).toBe('日…');
  });
});

describe('progress', () => {
  const plain = createStyle(false);
  const play = (...phases: Parameters<typeof entered>[0][]) =>
    phases.reduce<Progress>(
      (progress, phase, index) =>
        advance(progress, { kind: 'server', event: entered(phase) }, '', index * 1000),
      noProgress,
    );
  test('a_phase_ends_when_the_next_begins', () => {
    const progress = play('queued', 'building', 'live');
    expect(
      progress.steps.map(({ name, state, startedAt, endedAt }) => [name, state, startedAt, endedAt]),
    ).toEqual([
      ['queued', 'done', 0, 1000],
      ['building', 'done', 1000, 2000],
    ]);
  });
  test('a_failure_crosses_the_phase_it_happened_in', () => {
    const lines = progressLines(play('queued', 'building', 'failed'), 9000, '*', plain, 80);
    expect(lines[1]).toContain('✘ building');
    expect(lines).toHaveLength(2);
  });
  test('the_newest_line_is_shown_only_while_something_runs', () => {
    const line = { at: 0, release: 1, origin: 'build', text: 'npm\x1b[31m install' };
    const building = advance(play('building'), { kind: 'server', event: { kind: 'line', line } }, '', 10);
    expect(progressLines(building, 20, '*', plain, 80).at(-1)).toBe('    npm install');
    const done = advance(building, { kind: 'server', event: entered('live') }, '', 30);
    expect(progressLines(done, 40, '*', plain, 80)).toHaveLength(1);
  });
});

describe('text of strangers', () => {
  test('only_colours_survive_and_only_where_they_may', () => {
    const evil = 'a\x1b[31mb\x1b[0m\x1b[2J\x1b]0;t\x07c\x00\x08d';
    expect(printable(evil)).toBe('abcd');
    const kept = printable(evil, true);
    expect(kept.replace(/\x1b\[[\d;]*m/g, '')).not.toContain('\x1b');
    expect(kept).toContain('\x1b[31mb');
  });
  test('a_progress_line_shows_its_last_state', () => {
    expect(printable('10%\r50%\r100%')).toBe('100%');
    expect(printable('done\r')).toBe('done');
  });
});

describe('places', () => {
  const base = { data: undefined, socket: undefined, uid: 1000, env: { HOME: '/home/me' }, cwd: '/srv' };
  test('xdg_wins_over_home_unless_it_is_relative', () => {
    expect(findPlaces({ ...base, env: { HOME: '/h', XDG_DATA_HOME: '/x' } }).data).toBe('/x/windlass');
    expect(findPlaces({ ...base, env: { HOME: '/h', XDG_DATA_HOME: 'x' } }).data).toBe(
      '/h/.local/share/windlass',
    );
  });
  test('no_home_is_told_with_a_way_out', () => {
    expect(() => findPlaces({ ...base, env: {} })).toThrow('no place for data');
    expect(findPlaces({ ...base, env: {}, data: 'd' })).toEqual({
      data: '/srv/d',
      socket: '/srv/d/control.sock',
    });
  });
});
