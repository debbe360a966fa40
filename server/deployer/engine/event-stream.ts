/** The engine's events as they happen, read from its socket line by line. */

import * as z from 'zod/mini';

export interface EngineEvent {
  /** `die`, `oom`, `pause`, `destroy`, …; of images `untag` and `delete`; `connect` and `disconnect` of networks. */
  action: string;
  /** Of the container, also of one that joined or left a network, or of the image. */
  id: string;
}

const line = z.object({
  Action: z.string(),
  Actor: z.object({
    ID: z.string(),
    Attributes: z.optional(z.object({ container: z.optional(z.string()) })),
  }),
});

/**
 * Resolves once the engine has answered, so that nothing that happens afterwards is missed. The iteration ends or throws
 * when the connection does. `filter` is the engine's own, as in `GET /events`.
 */
export async function readEvents(
  socket: string,
  api: string,
  filter: Readonly<Record<string, string[]>>,
  signal: AbortSignal,
): Promise<AsyncIterable<EngineEvent>> {
  const query = new URLSearchParams({ filters: JSON.stringify(filter) });
  const answer = await fetch(`http://engine/v${api}/events?${query}`, {
    unix: socket,
    signal,
    // The stream is silent for as long as nothing happens.
    timeout: false,
  } as RequestInit & { unix: string });
  if (!answer.ok || answer.body === null) throw new Error(`the engine answered ${answer.status} to events`);
  return events(answer.body);
}

async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<EngineEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const event = parse(text);
      if (event !== null) yield event;
    }
  }
}

/** Null for an empty line and for what is no event. */
function parse(text: string): EngineEvent | null {
  if (text.trim() === '') return null;
  const found = z.safeParse(line, JSON.parse(text));
  if (!found.success) return null;
  const { Action, Actor } = found.data;
  return { action: Action, id: Actor.Attributes?.container ?? Actor.ID };
}
