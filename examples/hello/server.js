import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import ms from 'ms';

// Change this line, deploy again, and look at the page: not one request is lost on the way.
const greeting = 'Hello from your own server';

const startedAt = Date.now();
const app = process.env.WINDLASS_APP ?? 'hello';
const environment = process.env.WINDLASS_ENV ?? 'production';
const release = process.env.WINDLASS_RELEASE ?? 'dev';
const template = readFileSync(new URL('./views/page.html', import.meta.url), 'utf8');

const escaped = (text) =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char]);

function page() {
  const runtime = process.versions.bun ? `Bun ${process.versions.bun}` : `Node ${process.versions.node}`;
  const values = {
    greeting,
    app,
    environment,
    release,
    runtime,
    uptime: ms(Date.now() - startedAt, { long: true }),
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => escaped(String(values[name] ?? '')));
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/api/hello') {
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify({ greeting, app, release, time: new Date().toISOString() }));
    return;
  }
  if (pathname !== '/') {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('There is nothing here.\n');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
  response.end(page());
});

const port = Number(process.env.PORT ?? 3000);
server.listen(port, process.env.HOST ?? '127.0.0.1', () => {
  console.log(`${app} release ${release} listens on ${port}`);
});

// Requests in flight are finished before the process ends.
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.close(() => process.exit(0)));
