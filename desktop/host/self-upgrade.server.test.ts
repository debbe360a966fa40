/** The server's own upgrade, where a service manager watches it: by its verb, and by the desktop. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepEvent } from '../../shared/desktop/provision.ts';
import { windlassFile } from '../../tools/root.ts';
import {
  cleanUp,
  type Desk,
  hello,
  openDesk,
  plain,
  scratchFolder,
  startTestHost,
  type TestHost,
} from './test-host.fixture.ts';

const long = 120_000;
let one: TestHost;
let desk: Desk;

beforeAll(async () => {
  one = await startTestHost();
  desk = await openDesk();
}, long);
afterAll(cleanUp);

const ask = async () => {
  const answer = await fetch(`http://127.0.0.1:${one.httpPort}/`, { headers: { host: 'hello.localhost' } });
  return `${answer.status} ${(await answer.text()).includes('Hello from your own server')}`;
};
/** Asks over and over while something happens; answers what was said, each thing once. */
async function visitedWhile(happens: () => Promise<void>): Promise<string[]> {
  const said: string[] = [];
  let asking = true;
  const visitors = Array.from({ length: 3 }, async () => {
    while (asking) said.push(await ask().catch((error: unknown) => String(error)));
  });
  try {
    await happens();
  } finally {
    asking = false;
    await Promise.all(visitors);
  }
  expect(said.length).toBeGreaterThan(20);
  return [...new Set(said)];
}

/** A desktop whose file for servers is this one. */
async function deskWith(path: string, version: string) {
  const bytes = await Bun.file(path).bytes();
  const sha256 = new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
  const { length } = bytes;
  const other = await openDesk({
    findBinary: async (target) => ({
      kind: 'found',
      binary: { target, version, path, bytes: length, size: length, sha256, packed: 'none' },
    }),
  });
  const { id } = await other.join(one);
  await other.until(id, 'connected');
  const events: StepEvent[] = [];
  return {
    upgrade: () =>
      other.host.handlers['provision.upgrade'](
        { id },
        other.context((event: StepEvent) => events.push(event)),
      ),
    /** What was begun, in order. */
    begun: () => events.flatMap((event) => (event.kind === 'started' ? [event.title] : [])),
  };
}
const scratch = scratchFolder('next');
/** The same program, told apart by what stands behind its end. */
async function nextFile(mark: string): Promise<string> {
  const path = join(scratch, mark);
  await copyFile(windlassFile, path);
  await writeFile(path, mark, { flag: 'a' });
  return path;
}
const fileOnServer = async () =>
  (await one.sh('tail -c 4 /usr/local/lib/windlass/windlass; ls /usr/local/lib/windlass')).trim();
const mainPid = async () => (await one.sh('systemctl show windlass -p MainPID --value')).trim();

test(
  'an_upgrade_under_systemd_goes_on_as_the_same_service_and_loses_nothing',
  async () => {
    const { handlers } = desk.host;
    const { id } = await desk.join(one);
    await handlers['provision.apply']({ id, options: plain }, desk.context());
    await desk.until(id, 'connected');
    await handlers['control.deployFolder'](
      { id, app: 'hello', environment: 'production', path: hello },
      desk.context(),
    );
    const before = await mainPid();
    const said: string[] = [];
    let asking = true;
    const visitor = (async () => {
      while (asking) said.push(await ask().catch((error: unknown) => String(error)));
    })();

    await one.sh('cp /usr/local/lib/windlass/windlass /root/next && printf x >> /root/next');
    expect(await one.sh('/usr/local/lib/windlass/windlass upgrade /root/next --json')).toContain(
      '"upgraded"',
    );
    // The one that went is gone once its visitors are, and nothing was started anew for it.
    const after = await mainPid();
    expect(after).not.toBe(before);
    await one.sh(`for i in $(seq 1 150); do [ -d /proc/${before} ] || exit 0; sleep 0.1; done; exit 1`);
    expect(
      (await one.sh('systemctl is-active windlass; systemctl show windlass -p NRestarts --value')).trim(),
    ).toBe('active\n0');
    expect(await mainPid()).toBe(after);
    asking = false;
    await visitor;
    expect([...new Set(said)]).toEqual(['200 true']);

    // From now on systemd watches the successor: what ends it brings it back.
    await one.sh(`kill -9 ${after}`);
    await one.sh(
      'for i in $(seq 1 100); do /usr/local/lib/windlass/windlass status >/dev/null 2>&1 && exit 0; sleep 0.1; done; exit 1',
    );
    expect(await ask()).toBe('200 true');
  },
  long,
);

test(
  'the_desktops_upgrade_hands_over_and_no_visitor_notices',
  async () => {
    const before = await mainPid();
    const restarts = await one.sh('systemctl show windlass -p NRestarts --value');
    const other = await deskWith(await nextFile('one!'), '1.1.0');
    const said = await visitedWhile(async () => {
      expect(await other.upgrade()).toMatchObject({
        to: '1.1.0',
        outcome: 'upgraded',
        way: 'handed-over',
        why: '',
      });
      await one.sh(`for i in $(seq 1 150); do [ -d /proc/${before} ] || exit 0; sleep 0.1; done; exit 1`);
    });
    expect(said).toEqual(['200 true']);
    expect(other.begun()).toEqual(['Version 1.1.0', 'Hand over to it']);
    expect(await mainPid()).not.toBe(before);
    expect(await one.sh('systemctl show windlass -p NRestarts --value')).toBe(restarts);
    const there = await fileOnServer();
    expect(there).toStartWith('one!');
    expect(there).not.toContain('windlass.next');
    // The same file again is nothing to do.
    const after = await mainPid();
    expect(await other.upgrade()).toMatchObject({ outcome: 'unchanged', way: 'none' });
    expect(await mainPid()).toBe(after);
  },
  long,
);

test(
  'a_file_that_does_not_come_up_goes_back_and_one_that_is_none_is_never_tried_and_no_visitor_notices',
  async () => {
    const dying = join(scratch, 'dying');
    await writeFile(dying, `#!/bin/sh\n[ "$1" = version ] && echo '{"client":"9.9.9"}' && exit 0\nexit 7\n`);
    const none = join(scratch, 'none');
    await writeFile(none, '#!/bin/sh\nexit 1\n');
    const [first, second] = [await deskWith(dying, '9.9.9'), await deskWith(none, '9.9.8')];
    const said = await visitedWhile(async () => {
      expect(await first.upgrade()).toMatchObject({
        outcome: 'went-back',
        way: 'handed-over',
        why: 'it ended at once (exit 7)',
      });
      const before = await mainPid();
      await expect(second.upgrade()).rejects.toThrow('that file is no windlass that runs on this machine');
      expect(await mainPid()).toBe(before);
    });
    expect(said).toEqual(['200 true']);
    const there = await fileOnServer();
    expect(there).toStartWith('one!');
    expect(there).not.toContain('windlass.next');
  },
  long,
);

test(
  'a_server_from_before_the_verb_is_restarted_and_that_is_said_and_a_bad_file_goes_back_there_too',
  async () => {
    // What an old file does with a verb it does not know.
    await one.sh(`cd /usr/local/lib/windlass
mv windlass real
printf '%s\\n' '#!/bin/sh' '[ "$1" = upgrade ] && exit 2' 'exec /usr/local/lib/windlass/real "$@"' >windlass
chmod 755 windlass
systemctl restart windlass
for i in $(seq 1 100); do ./windlass status >/dev/null 2>&1 && exit 0; sleep 0.1; done; exit 1`);
    const broken = join(scratch, 'broken');
    await writeFile(broken, '#!/bin/sh\nexit 1\n');
    const bad = await deskWith(broken, '9.9.7');
    expect(await bad.upgrade()).toMatchObject({ outcome: 'went-back', way: 'restarted' });
    expect(await ask()).toBe('200 true');

    const good = await deskWith(await nextFile('two!'), '1.2.0');
    expect(await good.upgrade()).toMatchObject({ to: '1.2.0', outcome: 'upgraded', way: 'restarted' });
    expect(good.begun()).toEqual(['Version 1.2.0', 'Hand over to it', 'Restart with it']);
    expect(await fileOnServer()).toStartWith('two!');
    expect(await ask()).toBe('200 true');
  },
  long,
);
