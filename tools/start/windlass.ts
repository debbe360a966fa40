/** The compiled file as tools use it: a server process, and verbs that answer in JSON. */

import { join } from 'node:path';
import { windlassFile } from '../root.ts';
import { endGroup, type Ran, runProcess } from '../run-process.ts';

export interface ServerProcess {
  readonly data: string;
  /** Where the proxy listens, on loopback. */
  readonly port: number;
  readonly exited: Promise<number>;
  /** The verb's JSON; throws with the verb's own error. */
  ask(verb: string, ...args: string[]): Promise<unknown>;
  /** Ctrl-C for the server: it ends its apps too. */
  stop(): Promise<void>;
}

const startTimeoutMs = 15_000;
const stopTimeoutMs = 30_000;
const verbTimeoutMs = 180_000;

/** Resolves when the server answers on its control socket. `port` 0 is any free one. */
export async function startServer(data: string, port: number): Promise<ServerProcess> {
  const child = Bun.spawn([windlassFile, 'serve', '--data', data, '--http', String(port), '--https', '0'], {
    env: plainEnvironment(),
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: Bun.file(`${data}.log`),
    detached: true,
  });
  const ask = (verb: string, ...args: string[]) => askFile(data, verb, args);
  const stop = async () => {
    child.kill('SIGINT');
    const ended = await Promise.race([child.exited, Bun.sleep(stopTimeoutMs)]);
    if (ended === undefined) await endGroup(child.pid);
  };
  try {
    return { data, port: await proxyPort(ask, child), exited: child.exited, ask, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The verb's JSON, or null where no server runs on `data`. */
export async function askRunning(data: string, verb: string): Promise<unknown> {
  return (await Bun.file(join(data, 'control.sock'))
    .stat()
    .catch(() => null)) === null
    ? null
    : askFile(data, verb, []).catch(() => null);
}

async function proxyPort(ask: ServerProcess['ask'], child: Bun.Subprocess): Promise<number> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    try {
      const { server } = Object(await ask('status'));
      const found = Number(/:(\d+)$/.exec(String(Object(server).http))?.[1]);
      if (Number.isInteger(found)) return found;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > deadline) throw error;
    }
    if (child.exitCode !== null) throw new Error(`windlass serve ended with ${child.exitCode}`);
    if (performance.now() > deadline) throw new Error('windlass serve did not listen in time');
    await Bun.sleep(20);
  }
}

async function askFile(data: string, verb: string, args: readonly string[]): Promise<unknown> {
  const argv = [windlassFile, verb, ...args, '--json', '--data', data];
  const ran = await runProcess(argv, { output: 'keep', env: plainEnvironment(), timeoutMs: verbTimeoutMs });
  if (ran.code !== 0) throw new Error(`windlass ${verb} failed:\n${ran.output.trim()}`);
  return parse(ran);
}

function parse({ output }: Ran): unknown {
  const document = output.split('\n').find((line) => line.startsWith('{'));
  if (document === undefined) throw new Error(`no JSON in:\n${output}`);
  return JSON.parse(document);
}

/** Variables of the person's own that would point at another server are left out. */
function plainEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WINDLASS_')));
}
