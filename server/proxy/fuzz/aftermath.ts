/** What is looked at after mutated requests were sent: what reached the app, whether all goes on well, and what was left. */

import { get, type RawApp, type RawEnd, type Rig } from '../rig.ts';
import { witness } from './witness.ts';

/** Said of a client, and no bug: frames beyond any bound are part of what is sent. */
const ofClients = /^an HTTP\/2 connection was cut/;

/** A client that does not close is given up after this, ms. */
export const patienceMs = 5_000;

/** Waits until the other side ends the connection, `ms` at most. */
export async function within(ms: number, client: RawEnd): Promise<void> {
  const until = performance.now() + ms;
  while (client.state === 'open' && performance.now() < until) await Bun.sleep(5);
}

/** Reads the app's connections that are over and forgets them. */
export function harvest(app: RawApp, faults: string[]): number {
  let requests = 0;
  for (let index = app.connections.length - 1; index >= 0; index--) {
    const connection = app.connections[index];
    if (connection === undefined || connection.state === 'open') continue;
    const testimony = witness(connection.text);
    requests += testimony.requests;
    faults.push(...testimony.faults);
    app.connections.splice(index, 1);
  }
  return requests;
}

/** A request in order is answered, by the app and with its own answer. */
export async function stillWell(rig: Rig, faults: string[]): Promise<void> {
  const client = await rig.ask(get('/well', 'Connection: close\r\n'));
  await within(patienceMs, client);
  if (!client.text.startsWith('HTTP/1.1 200 ') || !client.text.endsWith('hi')) {
    faults.push(`a request in order got ${JSON.stringify(client.text.slice(0, 200))}`);
  }
}

export async function closed(rigs: readonly Rig[], faults: string[]): Promise<void> {
  const until = performance.now() + patienceMs;
  const open = () => rigs.reduce((sum, { path, service }) => sum + path.connections + service.open, 0);
  while (open() > 0 && performance.now() < until) await Bun.sleep(5);
  if (open() > 0) faults.push(`${open()} connections or leases are left`);
  for (const error of rigs.flatMap(({ errors }) => errors).filter((error) => !ofClients.test(error)))
    faults.push(`a bug was logged: ${error}`);
}
