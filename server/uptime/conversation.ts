/** One connection in which bytes are sent and read until something is decided. */

import { connect } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

export interface Conversation<T> {
  readonly address: string;
  readonly port: number;
  readonly signal: AbortSignal;
  /** With TLS, for this name. */
  readonly tls?: { readonly name: string; readonly ca?: string | undefined; readonly strict: boolean };
  /** Said once connected. */
  readonly hello?: Uint8Array | string;
  /** Looks at all that was read; undefined while there must be more. What it throws ends it. */
  decide(read: Buffer, say: (bytes: Uint8Array | string) => void): T | undefined;
  /** Asked once connected; with it nothing needs to be read. */
  connected?(socket: TLSSocket): T | undefined;
}

const readAtMost = 256 * 1024;

/** Rejects with the socket's error, the signal's reason, or that it was ended too early. */
export function converse<T>(conversation: Conversation<T>): Promise<T> {
  const { address, port, tls, signal } = conversation;
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket =
      tls === undefined
        ? connect({ host: address, port })
        : connectTls({
            host: address,
            port,
            servername: tls.name,
            rejectUnauthorized: tls.strict,
            ...(tls.ca === undefined ? {} : { ca: tls.ca }),
          });
    const abort = () => end(() => reject(signal.reason));
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      settle();
    };
    const decided = (value: T | undefined) => {
      if (value !== undefined) end(() => resolve(value));
    };
    const guarded = (work: () => T | undefined) => {
      try {
        decided(work());
      } catch (error) {
        end(() => reject(error));
      }
    };
    let read = Buffer.alloc(0);
    signal.addEventListener('abort', abort);
    socket.on(tls === undefined ? 'connect' : 'secureConnect', () => {
      if (conversation.hello !== undefined) socket.write(conversation.hello);
      guarded(() => conversation.connected?.(socket as TLSSocket));
    });
    socket.on('data', (bytes: Buffer) => {
      read = Buffer.concat([read, bytes]).subarray(0, readAtMost);
      guarded(() => conversation.decide(read, (more) => socket.write(more)));
    });
    socket.on('error', (error: Error) => end(() => reject(error)));
    socket.on('close', () => end(() => reject(new Error('the other side hung up before it answered'))));
  });
}
