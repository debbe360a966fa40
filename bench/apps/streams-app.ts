/** An app that keeps connections open: a WebSocket that answers what it hears, a stream of events, and a plain page. */

import { writeApp } from './write-app.ts';

export const streamsAnswer = 'still here\n';

export function writeStreamsApp(folder: string): Promise<string> {
  return writeApp(folder, {
    'windlass.json': { start: 'bun server.js', health: { watch: 0, interval: 0.1 } },
    'server.js': `const server = Bun.serve({
  port: Number(process.env.PORT),
  hostname: '127.0.0.1',
  idleTimeout: 0,
  websocket: { message: (socket, message) => socket.send(message) },
  fetch(request, server) {
    const { pathname } = new URL(request.url);
    if (pathname === '/socket' && server.upgrade(request)) return;
    if (pathname !== '/events') return new Response(${JSON.stringify(streamsAnswer)});
    let timer;
    return new Response(
      new ReadableStream({
        start(controller) {
          let count = 0;
          timer = setInterval(() => controller.enqueue('data: ' + ++count + '\\n\\n'), 50);
        },
        cancel: () => clearInterval(timer),
      }),
      { headers: { 'Content-Type': 'text/event-stream' } },
    );
  },
});
process.on('SIGTERM', () => server.stop(true).then(() => process.exit(0)));
`,
  });
}
