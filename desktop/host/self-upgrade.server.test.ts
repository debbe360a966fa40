/** The server's own upgrade, where a service manager watches it. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import {
  cleanUp,
  type Desk,
  hello,
  openDesk,
  plain,
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
