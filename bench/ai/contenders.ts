/** Who is measured with calls of models: the provider itself, Windlass in front of it, Portkey in front of it. */

import { join } from 'node:path';
import type { BenchContext } from '../bench.ts';
import { startChild } from '../machine/child.ts';
import { cores, pinned } from '../machine/pin.ts';
import { coreSeconds, family } from '../machine/proc.ts';
import type { Load } from '../machine/wrk.ts';
import { startPortkey } from '../peers/portkey.ts';
import { startWindlass } from '../peers/windlass.ts';
import { until } from '../until.ts';

export interface Contender {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  pids(): number[];
}

export interface Contenders {
  /** The provider, asked without anybody between. */
  readonly direct: Contender;
  readonly own: Contender;
  /** Of the server. */
  pid(): number;
  /** Started at the first call. */
  portkey(): Promise<Contender>;
}

export const connections = 32;

const question = JSON.stringify({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Say hello.' }],
});

export const streamed = (words: string) =>
  JSON.stringify({ model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: words }] });

export async function startContenders({ folder, defer }: BenchContext): Promise<Contenders> {
  const wrap = (argv: readonly string[]) => pinned(cores.measured, argv);
  const log = join(folder, 'provider.log');
  const entry = new URL('../apps/ai-provider.ts', import.meta.url).pathname;
  startChild(pinned(cores.load, [process.execPath, entry]), { log, defer });
  const port = await until('the provider listens', async () => {
    const text = await Bun.file(log)
      .text()
      .catch(() => '');
    return /^port (\d+)$/m.exec(text)?.[1] ?? null;
  });
  const provider = `http://127.0.0.1:${port}`;
  const windlass = await startWindlass({ folder, defer, wrap });
  const { control } = windlass;
  await control.call('aiProviders.set', {
    name: 'bench',
    kind: 'openai',
    baseUrl: `${provider}/v1`,
    secrets: ['sk-bench'],
    private: true,
    models: [],
  });
  const { secret } = await control.call('aiKeys.create', { app: null, environment: null, limits: {} });
  const { url } = await control.call('aiSettings.get', {});
  if (url === null) throw new Error('the gateway does not listen');
  return {
    direct: { name: 'the provider', url: `${provider}/v1`, headers: {}, pids: () => [] },
    own: {
      name: 'Windlass',
      url,
      headers: { authorization: `Bearer ${secret}` },
      pids: () => [windlass.pid()],
    },
    pid: windlass.pid,
    async portkey() {
      const peer = await startPortkey({ folder, defer, wrap });
      return {
        name: 'Portkey',
        url: `http://127.0.0.1:${peer.port}/v1`,
        headers: { authorization: 'Bearer sk-bench', ...peer.headers(provider) },
        pids: () => family(peer.pid),
      };
    },
  };
}

/** A load of the same short question, asked again and again. */
export function aim(folder: string, to: Contender): Omit<Load, 'seconds' | 'connections'> {
  return {
    url: `${to.url}/chat/completions`,
    host: '127.0.0.1',
    folder,
    post: { body: question, headers: { 'content-type': 'application/json', ...to.headers } },
  };
}

/** Seconds of a core so far. */
export function used(contender: Contender): number {
  return contender.pids().reduce((sum, each) => sum + coreSeconds(each), 0);
}
