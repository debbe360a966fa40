/** An app that says which release it is, and proves that its files came whole. */

import { writeApp } from './write-app.ts';

/** Deployed and watched for `watch` seconds. Every version is another artefact. */
export function writeReleaseApp(
  folder: string,
  version: string,
  { watch }: { watch: number },
): Promise<string> {
  const payload = `${version}\n`.repeat(20_000);
  return writeApp(folder, {
    'windlass.json': { start: 'bun server.js', health: { watch, interval: 0.1 } },
    'payload.txt': payload,
    'whole.json': { version, sha256: new Bun.CryptoHasher('sha256').update(payload).digest('hex') },
    'server.js': `import whole from './whole.json';
const payload = await Bun.file(new URL('./payload.txt', import.meta.url)).bytes();
const intact = new Bun.CryptoHasher('sha256').update(payload).digest('hex') === whole.sha256;
const answer = intact ? process.env.WINDLASS_RELEASE + ' ' + whole.version + '\\n' : 'torn\\n';
const server = Bun.serve({
  port: Number(process.env.PORT),
  hostname: '127.0.0.1',
  routes: {
    '/slow': async () => {
      await Bun.sleep(400);
      return new Response(answer);
    },
  },
  fetch: () => new Response(answer),
});
process.on('SIGTERM', () => server.stop().then(() => process.exit(0)));
`,
  });
}

/** The same in a container, with Node: every version is another image. */
export function writeContainerApp(
  folder: string,
  version: string,
  { watch }: { watch: number },
): Promise<string> {
  const payload = `${version}\n`.repeat(20_000);
  const sha256 = new Bun.CryptoHasher('sha256').update(payload).digest('hex');
  return writeApp(folder, {
    'windlass.json': { health: { watch, interval: 0.1 } },
    Dockerfile: 'FROM node:22-slim\nWORKDIR /app\nCOPY . .\nUSER node\nCMD ["node", "server.js"]\n',
    'payload.txt': payload,
    'server.js': `const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const intact = createHash('sha256').update(readFileSync(__dirname + '/payload.txt')).digest('hex') === '${sha256}';
const answer = intact ? process.env.WINDLASS_RELEASE + ' ${version}\\n' : 'torn\\n';
const server = require('node:http').createServer((request, response) => {
  if (request.url === '/slow') setTimeout(() => response.end(answer), 400);
  else response.end(answer);
});
server.listen(process.env.PORT, '0.0.0.0');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`,
  });
}

/** What it answers, read back; null for anything else. */
export function parseAnswer(body: string): { release: number; version: string } | null {
  const parts = /^(\d+) (\S+)\n$/.exec(body);
  return parts === null ? null : { release: Number(parts[1]), version: parts[2] ?? '' };
}
