/** Connections that stay open, a WebSocket and a stream of events: how each ended. */

export type StreamEnd =
  /** Told that the server goes away, or ended where an event ends. */
  'goodbye' | 'cut';

export interface OpenStreams {
  readonly ends: StreamEnd[];
  /** Messages that arrived, over all of them. */
  readonly messages: number;
  stop(): void;
}

/** Opens one of each, and another as soon as one ends. */
export function holdStreams(port: number, host: string): OpenStreams {
  const ends: StreamEnd[] = [];
  let messages = 0;
  let wanted = true;
  let socket: WebSocket | null = null;
  const abort = new AbortController();

  const talk = () => {
    if (!wanted) return;
    const mine = new WebSocket(`ws://127.0.0.1:${port}/socket`, { headers: { host } });
    socket = mine;
    let opened = false;
    const timer = setInterval(() => opened && mine.send('hello'), 50);
    mine.addEventListener('open', () => {
      opened = true;
    });
    mine.addEventListener('message', () => {
      messages++;
    });
    mine.addEventListener('close', ({ code }) => {
      clearInterval(timer);
      if (!wanted) return;
      // 1001: the endpoint is going away (RFC 6455, 7.4.1).
      if (opened) ends.push(code === 1001 ? 'goodbye' : 'cut');
      setTimeout(talk, 20);
    });
  };

  const listen = async () => {
    while (wanted) {
      let last = '';
      try {
        const answer = await fetch(`http://127.0.0.1:${port}/events`, {
          headers: { host },
          signal: abort.signal,
        });
        if (answer.body === null) continue;
        for await (const chunk of answer.body) {
          last = Buffer.from(chunk).toString('latin1');
          messages++;
        }
        ends.push(last.endsWith('\n\n') ? 'goodbye' : 'cut');
      } catch {
        if (wanted && last !== '') ends.push('cut');
      }
      await Bun.sleep(20);
    }
  };

  talk();
  void listen();
  return {
    ends,
    get messages() {
      return messages;
    },
    stop() {
      wanted = false;
      abort.abort();
      socket?.close();
    },
  };
}
