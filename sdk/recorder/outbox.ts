/** Parts of a recording on their way to the server: numbered, compressed, sent again until they are there, and bounded. */

export interface Part {
  readonly segment: number;
  /** JSON texts of the events. */
  readonly events: readonly string[];
  /** What is said of the replay along with it; without the number. */
  readonly about: Readonly<Record<string, unknown>>;
}

export interface Outbox {
  send(part: Part): void;
  /** The page goes: what is not known to have arrived is given to the browser to send, as far as it takes it. */
  leave(): void;
}

/** Together, in bytes; browsers take 64 kB from a page that goes (Fetch, section 4.6). */
const leavingBytes = 60_000;
/** Of parts under way; beyond it the server or the line cannot keep up. */
const mostWaiting = 6 * 1024 ** 2;
const retryMs = [2_000, 10_000, 30_000];

/** `over` is called once, when nothing more can be sent. */
export function createOutbox(endpoint: string, over: () => void): Outbox {
  const waiting = new Map<number, Blob>();
  const open = new Set<Part>();
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    waiting.clear();
    open.clear();
    over();
  };

  const post = async (segment: number, body: Blob, attempt: number): Promise<void> => {
    const outcome = await fetch(endpoint, {
      method: 'POST',
      body,
      credentials: 'omit',
      // Goes on when the page goes; more than the browser takes it would refuse.
      keepalive: body.size < leavingBytes / 4,
    }).then(
      ({ status }) => (status < 300 ? 'kept' : status === 503 ? 'again' : 'refused'),
      () => 'again' as const,
    );
    if (ended) return;
    const wait = retryMs[attempt];
    if (outcome === 'kept') waiting.delete(segment);
    else if (outcome === 'refused' || wait === undefined) end();
    else setTimeout(() => !ended && void post(segment, body, attempt + 1), wait);
  };

  return {
    send(part) {
      if (ended) return;
      open.add(part);
      void pack(part, true).then((body) => {
        open.delete(part);
        if (ended) return;
        waiting.set(part.segment, body);
        const size = [...waiting.values()].reduce((sum, each) => sum + each.size, 0);
        if (size > mostWaiting) end();
        else void post(part.segment, body, 0);
      });
    },
    leave() {
      let room = leavingBytes;
      // The server takes a part once, however often it comes.
      for (const body of [...waiting.values(), ...[...open].map((part) => plain(part))]) {
        if (body.size <= room && navigator.sendBeacon(endpoint, body)) room -= body.size;
      }
    },
  };
}

/** As the server and Sentry's format have it: two lines of JSON, and the events behind them. */
function head({ about, segment }: Part): string {
  return `${JSON.stringify({ ...about, segment_id: segment })}\n{"segment_id":${segment}}\n`;
}

function plain(part: Part): Blob {
  return new Blob([head(part), `[${part.events.join(',')}]`], { type: 'text/plain' });
}

async function pack(part: Part, compressed: boolean): Promise<Blob> {
  if (!compressed || typeof CompressionStream === 'undefined') return plain(part);
  try {
    const events = new Blob([`[${part.events.join(',')}]`]).stream();
    const packed = await new Response(events.pipeThrough(new CompressionStream('deflate'))).arrayBuffer();
    return new Blob([head(part), packed], { type: 'text/plain' });
  } catch {
    return plain(part);
  }
}
