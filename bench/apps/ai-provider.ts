/** A provider of models that costs as little as can be: one answer, or a stream that begins and, where asked, never ends. */

const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
const head = { id: 'chatcmpl-1', created: 1, model: 'gpt-4o-mini' };
const answer = JSON.stringify({
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello there!' }, finish_reason: 'stop' }],
  usage,
});
const chunk = (choices: unknown[], extra: object = {}) =>
  `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...extra })}\n\n`;
const first = chunk([{ index: 0, delta: { role: 'assistant', content: 'Hello' }, finish_reason: null }]);
const rest = `${chunk([{ index: 0, delta: {}, finish_reason: 'stop' }])}${chunk([], { usage })}data: [DONE]\n\n`;
const encoder = new TextEncoder();

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  idleTimeout: 0,
  async fetch(request) {
    const body = await request.text();
    if (!body.includes('"stream":true'))
      return new Response(answer, { headers: { 'content-type': 'application/json' } });
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(encoder.encode(first));
        if (body.includes('for ever')) return;
        controller.enqueue(encoder.encode(rest));
        controller.close();
      },
    });
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  },
});
console.log(`port ${server.port}`);
