/**
 * Records what a server answers to whoever only reads, for `shared/older-servers.test.ts`: run it once with the file of
 * each version that is given out. `bun tools/record-answers.ts shared/recorded/VERSION.jsonl [FILE]`.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wire } from '../shared/rpc.ts';
import { root, windlassFile } from './root.ts';
import { runProcess } from './run-process.ts';

const at = { app: 'hello', environment: 'production' };
/** Name and params of each. */
const asked: readonly (readonly [string, object])[] = [
  ['server.info', {}],
  ['server.doctor', {}],
  ['jobs.list', {}],
  ['apps.list', {}],
  ['apps.get', { app: at.app }],
  ['deployments.list', { app: at.app }],
  ['releases.list', at],
  ['env.list', at],
  ['domains.list', at],
  ['rules.get', at],
  ['trusted.list', {}],
  ['certificates.list', {}],
  ['disk.report', {}],
  ['cron.list', at],
  ['containers.list', {}],
  ['requests.refused', {}],
  ['vitals.now', {}],
  ['notify.channels', {}],
  ['notify.rules', {}],
  ['analytics.status', at],
  ['analytics.segments', at],
  ['checks.list', {}],
  ['incidents.list', {}],
  ['maintenance.list', {}],
  ['status.pages', {}],
  ['errors.project', at],
  ['errors.releases', at],
];

const [to, program = windlassFile] = process.argv.slice(2);
if (to === undefined) throw new Error('name the file to write');
const data = mkdtempSync(join(tmpdir(), 'windlass-record-'));
const socket = join(data, 'control.sock');
const server = Bun.spawn(
  [program, 'serve', '--data', data, '--http', '0', '--https', '0', '--runtime', 'native'],
  {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  },
);
/** Raw: what the parsers of this checkout would add or drop is not what the server said. */
const ask = (method: string, params: object) =>
  fetch(`http://windlass${wire.prefix}${method}`, {
    unix: socket,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params),
  });
try {
  while ((await ask('server.info', {}).catch(() => null)) === null) await Bun.sleep(50);
  const folder = join(root, 'examples/hello');
  const deployed = await runProcess([program, 'deploy', at.app, '--dir', folder, '--data', data], {
    output: 'keep',
    timeoutMs: 60_000,
  });
  if (deployed.code !== 0) throw new Error(deployed.output);
  const answers: string[] = [];
  for (const [method, params] of asked) {
    const answer = await ask(method, params);
    if (answer.ok) answers.push(JSON.stringify({ method, result: await answer.json() }));
    else console.error(`${method}: ${await answer.text()}`);
  }
  await Bun.write(to, `${answers.join('\n')}\n`.replaceAll(data, '/var/lib/windlass'));
} finally {
  server.kill('SIGINT');
  await server.exited;
  rmSync(data, { recursive: true, force: true });
}
