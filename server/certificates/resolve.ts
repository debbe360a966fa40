/** Questions to the DNS, to the system's servers or a named one. */

import { Resolver } from 'node:dns/promises';

export type Answers =
  | { kind: 'found'; values: string[] }
  | { kind: 'none' }
  | { kind: 'silent'; why: string };

export interface Dns {
  addresses(host: string): Promise<Answers>;
  texts(name: string): Promise<Answers>;
}

const questionMs = 5_000;

/** `server`: `address[:port]`, or empty for the system's. */
export function createDns(server: string): Dns {
  const resolver = new Resolver({ timeout: questionMs, tries: 2 });
  if (server !== '') resolver.setServers([server]);
  return {
    async addresses(host) {
      const both = await Promise.all([
        answersOf(() => resolver.resolve4(host)),
        answersOf(() => resolver.resolve6(host)),
      ]);
      const values = both.flatMap((each) => (each.kind === 'found' ? each.values : []));
      if (values.length > 0) return { kind: 'found', values };
      return both.find((each) => each.kind === 'silent') ?? { kind: 'none' };
    },
    texts: (name) =>
      answersOf(async () => (await resolver.resolveTxt(name)).map((pieces) => pieces.join(''))),
  };
}

async function answersOf(ask: () => Promise<string[]>): Promise<Answers> {
  try {
    const values = await ask();
    return values.length === 0 ? { kind: 'none' } : { kind: 'found', values };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (/ENOTFOUND|ENODATA|DNS_EN/.test(code)) return { kind: 'none' };
    return { kind: 'silent', why: code || String(error) };
  }
}
