/** Starts this very program anew, as the one that takes over. */

import type { Successor, TakeOver } from './hand-over.ts';

/** Where a successor finds its orders. */
export const takeOverVariable = 'WINDLASS_TAKE_OVER';

/** It writes where this process writes, and outlives it. */
export function startSuccessor(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  orders: TakeOver,
): Successor {
  const child = Bun.spawn([...argv], {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    detached: true,
    env: { ...env, [takeOverVariable]: JSON.stringify(orders) },
  });
  child.unref();
  return {
    pid: child.pid,
    ended: child.exited.then(() =>
      child.signalCode === null ? `exit ${child.exitCode}` : `signal ${child.signalCode}`,
    ),
    kill: () => child.kill('SIGKILL'),
  };
}

/** Null for a server that starts by itself. */
export function takeOverOf(text: string | undefined): TakeOver | null {
  return text === undefined || text === '' ? null : (JSON.parse(text) as TakeOver);
}

/** Tells systemd that the service goes on as another process (sd_notify(3), MAINPID). Others need no word. */
export async function announceToSystemd(
  pid: number,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if (env.NOTIFY_SOCKET === undefined) return;
  const child = Bun.spawn(['systemd-notify', `MAINPID=${pid}`], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
    env: { PATH: '/usr/bin:/bin', NOTIFY_SOCKET: env.NOTIFY_SOCKET },
    timeout: 5_000,
  });
  await child.exited;
}
