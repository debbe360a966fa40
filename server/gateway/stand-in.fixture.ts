/** Stand-ins for providers: HTTP servers on loopback that replay what providers answer, in pieces of any size. */

export interface Asked {
  readonly path: string;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly text: string;
  /** Resolves when who asked went away before the answer was whole. */
  readonly gone: Promise<void>;
}

export type Answering = (asked: Asked, number: number) => Response | Promise<Response>;

export interface StandIn {
  readonly url: string;
  readonly asked: Asked[];
  answer: Answering;
  stop(): Promise<void>;
}

export function startStandIn(answer: Answering): StandIn {
  const asked: Asked[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const text = await request.text();
      const gone = Promise.withResolvers<void>();
      request.signal.addEventListener('abort', () => gone.resolve());
      const url = new URL(request.url);
      let body: Record<string, unknown> = {};
      try {
        body = JSON.parse(text);
      } catch {
        // A form.
      }
      const each = {
        path: url.pathname + url.search,
        headers: request.headers,
        body,
        text,
        gone: gone.promise,
      };
      asked.push(each);
      return standIn.answer(each, asked.length);
    },
  });
  const standIn: StandIn = {
    url: `http://127.0.0.1:${server.port}`,
    asked,
    answer,
    stop: () => server.stop(true),
  };
  return standIn;
}

/** Begins every answer with `text` and ends the connection in the middle of it. */
export function startBreaking(text: string): { url: string; stop(): Promise<void> } {
  const listener = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      data(socket) {
        const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 100000\r\n\r\n';
        socket.write(`${head}${text}`);
        socket.end();
      },
    },
  });
  return { url: `http://127.0.0.1:${listener.port}`, stop: async () => listener.stop(true) };
}

/** An event stream whose bytes come in pieces of `size`, which cut through events, `data:` and UTF-8. */
export function sse(text: string, size = 7, headers: Record<string, string> = {}): Response {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (at >= bytes.length) {
        controller.close();
        return;
      }
      controller.enqueue(bytes.subarray(at, at + size));
      at += size;
      // So that pieces are not put together again before they are sent.
      if (at % (size * 16) === 0) await new Promise((resolve) => setImmediate(resolve));
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream', ...headers } });
}

export const data = (...values: unknown[]): string =>
  values.map((value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`).join('');

export const named = (...values: { type: string }[]): string =>
  values.map((value) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`).join('');

const chunk = (choices: unknown[], extra: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-4o-mini-2024-07-18',
  choices,
  ...extra,
});
const delta = (value: object, reason: string | null = null) =>
  chunk([{ index: 0, delta: value, logprobs: null, finish_reason: reason }], { usage: null });

export const openai = {
  answer: (text = 'Grüß Gott 👋', extra: object = {}) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal: null, ...extra },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 20,
      completion_tokens: 10,
      total_tokens: 30,
      prompt_tokens_details: { cached_tokens: 4 },
    },
  }),
  stream: (...texts: string[]) =>
    data(
      delta({ role: 'assistant', content: '' }),
      ...texts.map((text) => delta({ content: text })),
      delta({}, 'stop'),
      chunk([], {
        usage: {
          prompt_tokens: 20,
          completion_tokens: 10,
          total_tokens: 30,
          prompt_tokens_details: { cached_tokens: 4 },
        },
      }),
      '[DONE]',
    ).replace('\n\n', '\n\n: keep-alive\n\n'),
  toolStream: data(
    delta({ role: 'assistant', content: null }),
    delta({
      tool_calls: [
        { index: 0, id: 'call_9', type: 'function', function: { name: 'weather', arguments: '' } },
      ],
    }),
    delta({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
    delta({ tool_calls: [{ index: 0, function: { arguments: '"Köln"}' } }] }),
    delta({}, 'tool_calls'),
    chunk([], { usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 } }),
    '[DONE]',
  ),
  error: (status: number, message: string, headers: Record<string, string> = {}) =>
    Response.json(
      { error: { message, type: 'invalid_request_error', param: null, code: null } },
      { status, headers },
    ),
};

const claude = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  stop_sequence: null,
};
export const anthropic = {
  answer: (text = 'Grüß Gott 👋') => ({
    ...claude,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: {
      input_tokens: 16,
      cache_creation_input_tokens: 2,
      cache_read_input_tokens: 4,
      output_tokens: 10,
    },
  }),
  stream: (...texts: string[]) =>
    named(
      {
        type: 'message_start',
        message: {
          ...claude,
          content: [],
          stop_reason: null,
          usage: {
            input_tokens: 16,
            cache_creation_input_tokens: 2,
            cache_read_input_tokens: 4,
            output_tokens: 1,
          },
        },
      } as { type: string },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as {
        type: string;
      },
      { type: 'ping' },
      ...texts.map((text) => ({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text },
      })),
      { type: 'content_block_stop', index: 0 } as { type: string },
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: 10 },
      } as { type: string },
      { type: 'message_stop' },
    ),
  error: (status: number, type: string, message: string, headers: Record<string, string> = {}) =>
    Response.json({ type: 'error', error: { type, message } }, { status, headers }),
};

const part = (text: string, extra: object = {}) => ({
  candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0, ...extra }],
  modelVersion: 'gemini-2.5-flash',
  responseId: 'g1',
  usageMetadata: {
    promptTokenCount: 20,
    candidatesTokenCount: 8,
    thoughtsTokenCount: 2,
    cachedContentTokenCount: 4,
    totalTokenCount: 30,
  },
});
export const gemini = {
  answer: (text = 'Grüß Gott 👋') => part(text, { finishReason: 'STOP' }),
  stream: (...texts: string[]) =>
    data(...texts.map((text) => part(text)), part('', { finishReason: 'STOP' })),
};
