/**
 * A provider of models that costs as little as can be: one answer, or a stream that begins and, where asked, never ends.
 * On sockets of its own, as it shares its core with the load: what it takes there, a fast gateway would wait for.
 */

import type { Socket } from 'bun';

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

const framed = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const date = `date: ${new Date().toUTCString()}\r\n`;
const whole = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${date}content-length: ${answer.length}\r\n\r\n${answer}`,
);
const begun = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n${date}transfer-encoding: chunked\r\n\r\n${framed(first)}`,
);
const ended = Buffer.from(`${framed(rest)}0\r\n\r\n`);

interface Reading {
  text: string;
}

const server = Bun.listen<Reading>({
  hostname: '127.0.0.1',
  port: 0,
  socket: {
    open(socket) {
      socket.data = { text: '' };
    },
    data(socket, bytes) {
      socket.data.text += bytes.toString('latin1');
      while (answered(socket));
    },
  },
});

/** Answers the request at the begin of what came; false where it is not whole. */
function answered(socket: Socket<Reading>): boolean {
  const { text } = socket.data;
  const at = text.indexOf('\r\n\r\n');
  if (at < 0) return false;
  const length = Number(/\r\ncontent-length: ?(\d+)/i.exec(text.slice(0, at))?.[1] ?? 0);
  const end = at + 4 + length;
  if (text.length < end) return false;
  const body = text.slice(at + 4, end);
  socket.data.text = text.slice(end);
  if (!body.includes('"stream":true')) socket.write(whole);
  else {
    socket.write(begun);
    if (!body.includes('for ever')) socket.write(ended);
  }
  return true;
}
console.log(`port ${server.port}`);
