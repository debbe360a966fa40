/** A command behind a terminal, in a container of its own that is gone with it. */

import type { RunningTerminal, ScreenSpec } from '../runtimes/runtime.ts';
import { attachTerminal } from './attach.ts';
import { exitOf, vanished } from './container-end.ts';
import { type DockerClient, statusOf } from './docker.ts';

/** The container was made and not started. Its log is off: what a person types and reads is nobody else's. */
export async function startTerminal(
  docker: DockerClient,
  connection: { socket: string; api: string },
  id: string,
  { columns, rows, onData }: ScreenSpec,
): Promise<RunningTerminal> {
  const container = docker.getContainer(id);
  const near = await attachTerminal(connection.socket, connection.api, id, onData);
  const resize = async (width: number, height: number) => {
    // One that just ended has no size.
    await container.resize({ w: width, h: height }).catch(() => undefined);
  };
  const ended = async () => {
    try {
      await container.wait();
      const { State, HostConfig } = await container.inspect();
      return exitOf(State, HostConfig.Memory ?? 0);
    } catch {
      return vanished;
    } finally {
      near.close();
      await container.remove({ force: true, v: true }).catch(() => undefined);
    }
  };
  try {
    await container.start();
  } catch (error) {
    near.close();
    throw error;
  }
  await resize(columns, rows);
  const exited = ended();
  // What is typed after a change of size meets the new one: the engine takes the two by different ways.
  let sized = Promise.resolve();
  return {
    exited,
    write: (bytes) => void sized.then(() => near.write(bytes)),
    resize(width, height) {
      sized = sized.then(() => resize(width, height));
    },
    async stop(graceMs) {
      try {
        // A shell ignores SIGTERM; a terminal that goes away is a hangup.
        await container.kill({ signal: 'SIGHUP' });
        if (graceMs > 0) await container.stop({ t: Math.ceil(graceMs / 1000) });
        else await container.kill();
      } catch (error) {
        const status = statusOf(error);
        if (status !== 304 && status !== 404 && status !== 409) throw error;
      }
      await exited;
    },
  };
}
