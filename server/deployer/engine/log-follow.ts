/** Follows a container's log to its end, over as many connections as that takes. */

import type { ContainerOutput } from './container-output.ts';
import { statusOf } from './docker.ts';
import type { Engine } from './engine.ts';

export interface FollowedLog {
  /** Resolves when everything was taken in: the container ended. */
  readonly ended: Promise<void>;
  /** No more of it. */
  cut(): void;
}

/** Between two readings of the log of a container that goes on. */
const againMs = 500;

export function followLog(
  engine: Engine,
  container: string,
  output: ContainerOutput,
  onError: (error: unknown) => void,
): FollowedLog {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const stop = new AbortController();
  let reading = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const read = async (): Promise<void> => {
    if (reading || stop.signal.aborted || engine.state.kind !== 'connected') return;
    reading = true;
    try {
      const docker = await engine.client();
      const stream = await docker.getContainer(container).logs({
        follow: true,
        stdout: true,
        stderr: true,
        timestamps: true,
        since: output.since() as unknown as number,
        abortSignal: stop.signal,
      });
      const take = output.begin();
      for await (const chunk of stream as AsyncIterable<Uint8Array>) take(chunk);
      // The engine ends it with the container, and also when it goes down itself.
      if (await isOver()) finish();
      else later();
    } catch (error) {
      if (stop.signal.aborted || engine.state.kind !== 'connected') return;
      if (statusOf(error) === 404) {
        finish();
        return;
      }
      onError(error);
      later();
    } finally {
      reading = false;
    }
  };
  const later = () => {
    if (stop.signal.aborted) return;
    timer = setTimeout(() => void read(), againMs);
    timer.unref();
  };
  const isOver = async (): Promise<boolean> => {
    const { State } = await (await engine.client()).getContainer(container).inspect();
    return !State.Running;
  };
  const offConnected = engine.onConnected(() => void read());
  const finish = () => {
    offConnected();
    clearTimeout(timer);
    stop.abort();
    resolve();
  };
  void read();
  return { ended, cut: finish };
}
