/** h2load, the load generator for TLS: HTTP/2 and HTTP/1.1, on kept connections or on new ones. */

import { runProgram } from './child.ts';
import { cores, pinned } from './pin.ts';
import { program } from './program.ts';

export interface SecureLoad {
  /** Of this machine; the host asked for is `localhost`. */
  port: number;
  protocol: 'h2' | 'http/1.1';
  connections: number;
  /** Requests at once on each connection; HTTP/1.1 takes one. */
  streams: number;
  requests: number;
}

export interface SecureResult {
  perSecond: number;
  failed: number;
}

export async function secureLoad(options: SecureLoad): Promise<SecureResult> {
  const output = await runProgram(
    pinned(cores.load, [
      program('h2load'),
      '-n',
      String(options.requests),
      '-c',
      String(options.connections),
      '-m',
      String(options.streams),
      ...(options.protocol === 'h2' ? [] : ['--h1']),
      `https://localhost:${options.port}/`,
    ]),
  );
  return parseH2load(output, options.requests);
}

export function parseH2load(output: string, requests: number): SecureResult {
  const perSecond = /finished in [^,]+, ([\d.]+) req\/s/.exec(output)?.[1];
  const ok = /status codes: (\d+) 2xx/.exec(output)?.[1];
  if (perSecond === undefined || ok === undefined) {
    throw new Error(`h2load reported nothing: ${output.slice(-500)}`);
  }
  return { perSecond: Number(perSecond), failed: requests - Number(ok) };
}
