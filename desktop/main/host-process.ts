/** The host in a process of its own, without a window and without a TCP port: a MessagePort per page leads to it. */

import type { MessageChannelMain, MessagePortMain, UtilityProcess } from 'electron';

export interface HostProcessParts {
  /** `utilityProcess.fork`: a plain fork would need the runAsNode fuse. */
  fork(): Pick<UtilityProcess, 'postMessage' | 'kill' | 'on'>;
  channel(): Pick<MessageChannelMain, 'port1' | 'port2'>;
  onEnd(code: number): void;
  /** What the host asks of the main process; `reply` leads back to it. */
  onQuestion(message: unknown, reply: (message: unknown) => void): void;
}

export interface HostProcess {
  /** Hands over the key of local copies, as base64. */
  giveCopyKey(key: string): void;
  /** The page's end of a new channel. */
  connect(): MessagePortMain;
  stop(): void;
}

export function startHostProcess({ fork, channel, onEnd, onQuestion }: HostProcessParts): HostProcess {
  const child = fork();
  let wanted = true;
  child.on('message', (message: unknown) => onQuestion(message, (answer) => child.postMessage(answer)));
  child.on('exit', (code) => {
    if (wanted) onEnd(code);
  });
  return {
    giveCopyKey: (key) => child.postMessage({ kind: 'copy-key', key }),
    connect() {
      const { port1, port2 } = channel();
      child.postMessage({ kind: 'page' }, [port1]);
      return port2;
    },
    stop() {
      wanted = false;
      child.kill();
    },
  };
}
