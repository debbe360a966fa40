/** Before an order: whether the authority, looking where it will look, would find this server. */

import { networkInterfaces } from 'node:os';
import { boundedText } from './bounded-text.ts';
import type { Problem } from './host-store.ts';
import type { Dns } from './resolve.ts';

export interface ReachOptions {
  readonly dns: Dns;
  /** Shows `value` under a token as a challenge would be, and returns what takes it away again. */
  show(token: string, value: string): () => void;
  /** The port an authority asks: 80 (RFC 8555, 8.3). */
  readonly port: number;
}

const askMs = 5_000;

/** Null where nothing speaks against an order by `http-01`. */
export async function reachProblem(host: string, { dns, show, port }: ReachOptions): Promise<Problem | null> {
  const found = await dns.addresses(host);
  const here = ownAddresses();
  const where = here.length === 0 ? "this server's address" : here.join(' or ');
  if (found.kind === 'silent') {
    return {
      message: `the DNS could not be asked for ${host} (${found.why})`,
      todo: "Check the server's own DNS settings (/etc/resolv.conf).",
      passing: true,
    };
  }
  if (found.kind === 'none') {
    return {
      message: `${host} has no address in the DNS`,
      todo: `Add an A record for ${host} with ${where}, at whoever runs its DNS.`,
      passing: true,
    };
  }
  const token = `windlass-${crypto.randomUUID()}`;
  const hide = show(token, token);
  try {
    for (const address of found.values) {
      const answer = await ask(address, port, host, token);
      if (answer === 'other') {
        return {
          message: `${host} points to ${address}, where another server answers`,
          todo: `Change its record to ${where}, or remove the one for ${address}.`,
          passing: true,
        };
      }
      // No answer may be a router that does not lead back in; the authority asks from outside and will say.
    }
    return null;
  } finally {
    hide();
  }
}

async function ask(
  address: string,
  port: number,
  host: string,
  token: string,
): Promise<'ours' | 'other' | 'silent'> {
  const at = address.includes(':') ? `[${address}]` : address;
  try {
    const answer = await fetch(`http://${at}:${port}/.well-known/acme-challenge/${token}`, {
      headers: { Host: host },
      redirect: 'manual',
      signal: AbortSignal.timeout(askMs),
    });
    // More than the token is an answer of somebody else, however much more.
    const text = answer.status === 200 ? await boundedText(answer, 200) : '';
    return text === token ? 'ours' : 'other';
  } catch {
    return 'silent';
  }
}

/** Those the internet could reach. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(
      ({ internal, address }) =>
        !internal && !/^(?:fe80|f[cd]|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)/i.test(address),
    )
    .map(({ address }) => address);
}
