/** Providers that answer by what they are asked: the shapes of all three dialects, good, bad, broken, slow. */

import { type Asked, anthropic, data, gemini, named, openai, sse } from './stand-in.fixture.ts';

export type Spoken = 'openai' | 'anthropic' | 'gemini';

const greeting = ['Grüß ', 'Gott 👋'] as const;

/** The last thing a user said, in any dialect. */
function lastWords(text: string): string {
  const words = ['hello', 'tool', 'json', 'picture', 'bad', 'break', 'endless', 'flaky'];
  return (
    words
      .map((word) => ({ word, at: text.lastIndexOf(`"${word}"`) }))
      .sort((one, other) => other.at - one.at)[0]?.word ?? ''
  );
}

export interface Replay {
  (asked: Asked): Response | Promise<Response>;
  /** Streams whose reader went away. */
  readonly gone: Promise<void>[];
}

export function replay(spoken: Spoken): Replay {
  let flaky = 0;
  const gone: Promise<void>[] = [];
  const answer = (asked: Asked) => {
    const { text, path } = asked;
    const stream = asked.body.stream === true || path.includes('streamGenerateContent');
    if (path.endsWith('/embeddings')) return Response.json(embedding);
    if (path.endsWith('/count_tokens')) return Response.json({ input_tokens: 8 });
    if (path.endsWith('/responses')) return stream ? sse(responseStream) : Response.json(responseWhole);
    const done = /"role":"tool"|tool_result|functionResponse/.test(text);
    switch (lastWords(text)) {
      case 'tool':
        if (!done) return stream ? sse(toolStream[spoken]) : Response.json(plain(spoken, 'no'));
        return Response.json(plain(spoken, text.includes('sky') ? 'It is clear.' : 'no result'));
      case 'json':
        return Response.json(plain(spoken, /schema/i.test(text) ? '{"city":"Köln"}' : 'no schema'));
      case 'picture':
        return Response.json(plain(spoken, text.includes('iVBORw0KGgo=') ? 'A picture.' : 'no picture'));
      case 'bad':
        return bad(spoken);
      case 'break':
        return sse(broken[spoken]);
      case 'endless': {
        gone.push(asked.gone);
        return endless(streams[spoken]);
      }
      case 'flaky':
        return flaky++ % 2 === 0
          ? new Response('{}', { status: 503 })
          : Response.json(plain(spoken, 'At last.'));
      default:
        return stream ? sse(streams[spoken], 5) : Response.json(plain(spoken, greeting.join('')));
    }
  };
  return Object.assign(answer, { gone });
}

function plain(spoken: Spoken, text: string): object {
  return { openai, anthropic, gemini }[spoken].answer(text);
}

const streams: Readonly<Record<Spoken, string>> = {
  openai: openai.stream(...greeting),
  anthropic: anthropic.stream(...greeting),
  gemini: gemini.stream(...greeting),
};

function bad(spoken: Spoken): Response {
  const message = 'max_tokens is too large';
  switch (spoken) {
    case 'openai':
      return openai.error(400, message);
    case 'anthropic':
      return anthropic.error(400, 'invalid_request_error', message);
    case 'gemini':
      return Response.json({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }, { status: 400 });
  }
}

/** All but the end, and then nothing more. */
function endless(text: string): Response {
  const half = new TextEncoder().encode(text.slice(0, text.lastIndexOf('👋') + 40));
  return new Response(new ReadableStream({ start: (controller) => controller.enqueue(half) }), {
    headers: { 'content-type': 'text/event-stream' },
  });
}

const event = (type: string, fields: object) => ({ type, ...fields });
const toolStream: Readonly<Record<Spoken, string>> = {
  openai: openai.toolStream,
  anthropic: named(
    event('message_start', {
      message: {
        id: 'msg_2',
        type: 'message',
        role: 'assistant',
        model: 'claude',
        content: [],
        stop_reason: null,
        usage: { input_tokens: 20, output_tokens: 1 },
      },
    }),
    event('content_block_start', {
      index: 0,
      content_block: { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} },
    }),
    event('content_block_delta', { index: 0, delta: { type: 'input_json_delta', partial_json: '{"city":' } }),
    event('content_block_delta', { index: 0, delta: { type: 'input_json_delta', partial_json: '"Köln"}' } }),
    event('content_block_stop', { index: 0 }),
    event('message_delta', {
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 10 },
    }),
    event('message_stop', {}),
  ),
  gemini: data({
    candidates: [
      {
        content: {
          role: 'model',
          parts: [{ functionCall: { name: 'weather', args: { city: 'Köln' } }, thoughtSignature: 'c2ln' }],
        },
        finishReason: 'STOP',
        index: 0,
      },
    ],
    modelVersion: 'gemini-2.5-flash',
    responseId: 'g2',
    usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 10, totalTokenCount: 30 },
  }),
};

/** Begins well, and then says that something went wrong. */
const broken: Readonly<Record<Spoken, string>> = {
  openai: `${streams.openai.split('data: {"id"').slice(0, 3).join('data: {"id"')}${data({ error: { message: 'overloaded', type: 'server_error' } })}`,
  anthropic: `${streams.anthropic.split('event: content_block_stop')[0]}${named(event('error', { error: { type: 'overloaded_error', message: 'overloaded' } }))}`,
  gemini: `${streams.gemini.split('\n\n')[0]}\n\n${data({ error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } })}`,
};

const embedding = {
  object: 'list',
  data: [{ object: 'embedding', index: 0, embedding: 'AACAPwAAAEA=' }],
  model: 'text-embedding-3-small',
  usage: { prompt_tokens: 2, total_tokens: 2 },
};

const text = { type: 'output_text', text: greeting.join(''), annotations: [] };
const responseWhole = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'gpt-4o-mini',
  output: [{ id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content: [text] }],
  usage: {
    input_tokens: 20,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 10,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 30,
  },
};
const responseStream = named(
  event('response.created', {
    sequence_number: 0,
    response: { ...responseWhole, status: 'in_progress', output: [], usage: null },
  }),
  event('response.output_item.added', {
    sequence_number: 1,
    output_index: 0,
    item: { ...responseWhole.output[0], content: [] },
  }),
  event('response.content_part.added', {
    sequence_number: 2,
    output_index: 0,
    item_id: 'msg_1',
    content_index: 0,
    part: { ...text, text: '' },
  }),
  ...greeting.map((delta, index) =>
    event('response.output_text.delta', {
      sequence_number: 3 + index,
      output_index: 0,
      item_id: 'msg_1',
      content_index: 0,
      delta,
    }),
  ),
  event('response.completed', { sequence_number: 9, response: responseWhole }),
);
