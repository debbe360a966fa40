/** The line to a server, event by event. */

import { expect, test } from 'bun:test';
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  nextConnection,
  startConnection,
} from './connection-machine.ts';
import { retryDelay } from './retry-delay.ts';

const key = (fill: string) => ({ algorithm: 'ssh-ed25519', sha256: `SHA256:${fill.repeat(43)}` });
const up: ConnectionEvent = { kind: 'control-up', via: 'forward', version: '1' };
const refused: ConnectionEvent = { kind: 'failed', cause: 'refused', message: 'm', hint: 'h' };

function after(...events: ConnectionEvent[]): { to: Connection; effects: ConnectionEffect[] } {
  let last: ReturnType<typeof nextConnection> = { to: startConnection, effects: [] };
  for (const event of events) last = nextConnection(last.to, event, 1000);
  return last;
}

test('a_changed_key_stops_for_good_and_closes', () => {
  const end = after(
    { kind: 'connect' },
    { kind: 'key-changed', hop: 'server', pinned: key('a'), offered: key('b') },
  );
  expect(end.to.shown).toMatchObject({ kind: 'unreachable', cause: 'host-key-changed', retryAt: null });
  expect(end.effects).toEqual([{ kind: 'stop-waiting' }, { kind: 'close' }]);
  expect(nextConnection(end.to, { kind: 'due' }, 2000).effects).toEqual([]);
});

test('a_lost_line_is_tried_again_later_and_later', () => {
  expect([1, 2, 3, 4, 20].map(retryDelay)).toEqual([1000, 2000, 4000, 8000, 60_000]);
  const end = after({ kind: 'connect' }, refused, { kind: 'due' }, refused);
  expect(end.to.shown).toMatchObject({ kind: 'unreachable', cause: 'refused', retryAt: 3000 });
  expect(end.effects).toContainEqual({ kind: 'wait', ms: 2000 });
  const again = nextConnection(end.to, { kind: 'due' }, 3000);
  expect(again.to.shown).toEqual({ kind: 'connecting', attempt: 3 });
  expect(again.effects).toEqual([{ kind: 'open' }]);
});

test('a_refused_proof_is_not_tried_again_by_itself', () => {
  const end = after({ kind: 'connect' }, { kind: 'failed', cause: 'auth', message: 'm', hint: 'h' });
  expect(end.to.shown).toMatchObject({ cause: 'auth', retryAt: null });
  expect(end.effects.some(({ kind }) => kind === 'wait')).toBe(false);
});

test('a_lost_control_channel_is_told_from_a_lost_machine', () => {
  const lost: ConnectionEvent = { kind: 'control-down', cause: 'stopped', message: 'm', hint: 'h' };
  const end = after({ kind: 'connect' }, { kind: 'opened' }, up, lost);
  expect(end.to.shown).toMatchObject({ kind: 'control-lost', cause: 'stopped' });
  expect(end.to.open).toBe(true);
  expect(nextConnection(end.to, { kind: 'due' }, 9).effects).toEqual([{ kind: 'ask' }]);
  expect(nextConnection(end.to, up, 9).to.shown).toMatchObject({ kind: 'connected', since: 9 });
});

test('success_forgets_earlier_failures', () => {
  const end = after({ kind: 'connect' }, refused, { kind: 'due' }, { kind: 'opened' }, up, refused);
  expect(end.effects).toContainEqual({ kind: 'wait', ms: 1000 });
});

test('what_arrives_after_a_disconnect_changes_nothing', () => {
  const end = after({ kind: 'connect' }, { kind: 'opened' }, up, { kind: 'disconnect' });
  for (const late of [up, refused, { kind: 'due' }, { kind: 'opened' }] as ConnectionEvent[]) {
    const { to, effects } = nextConnection(end.to, late, 5);
    expect(to.shown).toEqual({ kind: 'disconnected' });
    expect(effects).toEqual([]);
  }
});

test('connecting_twice_opens_once', () => {
  expect(after({ kind: 'connect' }, { kind: 'connect' }).effects).toEqual([]);
});
