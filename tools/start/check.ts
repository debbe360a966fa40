/** `npm start -- --check`: deploy, deploy again, roll back, each verified by its exact answer; then what was measured. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiPath, copyWithGreeting, helloFolder, readGreeting } from './hello.ts';
import { keepVisiting, visit } from './visitor.ts';
import { type ServerProcess, startServer } from './windlass.ts';

const firstGreeting = 'Hello from your own server';
const secondGreeting = 'Hello from the second version';

/** True where everything was as it should be. Leaves nothing behind. */
export async function checkStart(
  buildMs: number,
  onServer: (server: ServerProcess) => void,
): Promise<boolean> {
  const scratch = await mkdtemp(join(tmpdir(), 'windlass-check-'));
  const data = join(scratch, 'data');
  const figures: [string, string][] = [['build', buildMs === 0 ? 'up to date' : seconds(buildMs)]];
  let server: ServerProcess | null = null;
  try {
    const from = performance.now();
    server = await startServer(data, 0);
    onServer(server);
    figures.push(['server ready', seconds(performance.now() - from)]);
    await deployTwiceAndRollBack(server, join(scratch, 'second'), figures);
    return true;
  } catch (error) {
    console.log(`✘ ${error instanceof Error ? error.message : String(error)}`);
    const log = await Bun.file(`${data}.log`)
      .text()
      .catch(() => '');
    if (log !== '') console.log(`the server's log:\n${log.split('\n').slice(-40).join('\n')}`);
    return false;
  } finally {
    await server?.stop();
    await rm(scratch, { recursive: true, force: true });
    for (const [what, figure] of figures) console.log(`  ${what.padEnd(22)} ${figure}`);
  }
}

async function deployTwiceAndRollBack(
  server: ServerProcess,
  second: string,
  figures: [string, string][],
): Promise<void> {
  figures.push(['first deploy', seconds(await deploy(server, helloFolder))]);
  await expectAnswer(server, 'deployed', firstGreeting, 1);
  const page = await visit(server.port, '/');
  if (page.status !== 200 || !page.body.includes(firstGreeting)) {
    throw new Error(`the page answered ${page.status} without its greeting`);
  }
  await copyWithGreeting(second, firstGreeting, secondGreeting);
  const visitor = keepVisiting(server.port, apiPath, (body) => `release ${readGreeting(body).release}`);
  try {
    figures.push(['second deploy', seconds(await deploy(server, second))]);
    await expectAnswer(server, 'deployed', secondGreeting, 2);
    const from = performance.now();
    const { tookMs, warm } = Object(await server.ask('rollback', 'hello'));
    const withVerb = seconds(performance.now() - from);
    figures.push([
      'rollback',
      `${Math.round(tookMs)} ms (${warm ? 'warm' : 'cold'}); the whole verb ${withVerb}`,
    ]);
    await expectAnswer(server, 'rolled back', firstGreeting, 1);
  } finally {
    await visitor.stop();
  }
  const { server: info } = Object(await server.ask('status'));
  figures.push(['resident memory', `${(info.memory / 1e6).toFixed(1)} MB`]);
  for (const [release, count] of visitor.answers)
    figures.push([`answered by ${release}`, `${count} requests`]);
  figures.push(['requests lost', String(visitor.lost.length)]);
  if (visitor.lost.length > 0)
    throw new Error(`requests were lost: ${[...new Set(visitor.lost)].join(', ')}`);
}

/** Milliseconds until the verb said that it is live. */
async function deploy(server: ServerProcess, folder: string): Promise<number> {
  const from = performance.now();
  await server.ask('deploy', 'hello', '--dir', folder);
  return performance.now() - from;
}

async function expectAnswer(
  server: ServerProcess,
  how: string,
  greeting: string,
  release: number,
): Promise<void> {
  const { status, body } = await visit(server.port, apiPath);
  if (status !== 200) throw new Error(`${how}: ${apiPath} answered ${status}: ${body.slice(0, 200)}`);
  const answered = readGreeting(body);
  if (answered.greeting !== greeting || answered.release !== String(release)) {
    throw new Error(`${how}: "${greeting}" of release ${release} should answer, not ${body}`);
  }
  console.log(`✔ ${how}: ${body}`);
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
