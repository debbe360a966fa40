/** Starts the process that speaks ACME for one order, answers it, and ends it in time. */

import type { AcmeAnswer, AcmeFault, AcmeNews, AcmeOrder } from './protocol.ts';

export interface RunOptions {
  /** The program and its arguments; nothing secret is among them. */
  readonly command: readonly string[];
  /** Shows a challenge where the authority will look. Throws where it cannot. */
  show(news: Extract<AcmeNews, { kind: 'show' }>): Promise<void>;
  onAccount(url: string): void;
  readonly signal: AbortSignal;
  /** For the whole order. */
  readonly limitMs: number;
}

export type OrderEnd =
  | { kind: 'issued'; chain: string; key: string }
  | { kind: 'refused'; fault: AcmeFault }
  /** `show` threw this. */
  | { kind: 'not-shown'; error: unknown };

export async function runAcme(order: AcmeOrder, options: RunOptions): Promise<OrderEnd> {
  const child = Bun.spawn([...options.command], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
    env: {},
  });
  const end = () => child.kill('SIGKILL');
  const timer = setTimeout(end, options.limitMs);
  options.signal.addEventListener('abort', end);
  const say = async (value: AcmeOrder | AcmeAnswer) => {
    child.stdin.write(`${JSON.stringify(value)}\n`);
    await child.stdin.flush();
  };
  try {
    await say(order);
    for await (const news of newsOf(child.stdout)) {
      switch (news.kind) {
        case 'account':
          options.onAccount(news.url);
          break;
        case 'show':
          try {
            await options.show(news);
          } catch (error) {
            return { kind: 'not-shown', error };
          }
          await say({ kind: 'ready' });
          break;
        case 'issued':
        case 'refused':
          return news;
      }
    }
    return { kind: 'refused', fault: stopped };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', end);
    end();
    await child.exited;
  }
}

const stopped: AcmeFault = {
  kind: 'network',
  message: 'the order took too long and was given up',
  retryAfterMs: null,
};

async function* newsOf(output: ReadableStream<Uint8Array>): AsyncGenerator<AcmeNews> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true });
    let eol = text.indexOf('\n');
    while (eol !== -1) {
      yield JSON.parse(text.slice(0, eol)) as AcmeNews;
      text = text.slice(eol + 1);
      eol = text.indexOf('\n');
    }
  }
}
