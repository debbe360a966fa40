/** `npm start`: builds, serves, deploys the example and says where it is; with `--check`, proves it and ends. */

import { join, relative } from 'node:path';
import { buildHere } from './build.ts';
import { root } from './root.ts';
import { endAllOnSignal } from './run-process.ts';
import { checkStart } from './start/check.ts';
import { freePort } from './start/free-port.ts';
import { apiPath, helloFolder } from './start/hello.ts';
import { visit } from './start/visitor.ts';
import { askRunning, type ServerProcess, startServer } from './start/windlass.ts';

const wishedPort = 8080;
const bold = (text: string) =>
  process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[1m${text}\x1b[22m` : text;

const held: { server: ServerProcess | null } = { server: null };
let ending = false;
endAllOnSignal(async () => {
  ending = true;
  if (held.server !== null) console.log('\nstopping');
  await held.server?.stop();
});

try {
  const args = process.argv.slice(2);
  const odd = args.find((arg) => arg !== '--check');
  if (odd !== undefined) {
    console.error(`error: start has no ${odd}. It knows --check.`);
    process.exit(2);
  }
  const buildMs = await buildHere({ force: false });
  if (args.includes('--check')) {
    const passed = await checkStart(buildMs, (started) => {
      held.server = started;
    });
    process.exit(passed ? 0 : 1);
  }
  if (buildMs > 0) console.log(`built dist/windlass in ${(buildMs / 1000).toFixed(1)} s`);
  process.exit(await stay(join(root, '.windlass')));
} catch (error) {
  // A stop in the middle of starting breaks whatever was under way; that is no news.
  if (!ending) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    await held.server?.stop();
    process.exit(1);
  }
}

/** Resolves to the exit code, when the server ended by itself. */
async function stay(data: string): Promise<number> {
  const running = Object(await askRunning(data, 'status'));
  if (running.server) {
    console.error(
      `error: a server already runs on ${relative(root, data)} (process ${running.server.pid}). Stop it first, or use it: ./dist/windlass status --data .windlass`,
    );
    return 1;
  }
  const port = freePort(wishedPort);
  if (port !== wishedPort) console.log(`port ${wishedPort} is taken; using ${port || 'any free one'}`);
  const server = await startServer(data, port);
  held.server = server;
  console.log('deploying examples/hello');
  const from = performance.now();
  const deployed = Object(await server.ask('deploy', 'hello', '--dir', helloFolder));
  const answered = await visit(server.port, apiPath);
  if (answered.status !== 200) throw new Error(`hello answered ${answered.status}`);
  console.log(summary(server, String(deployed.url), deployed.release, performance.now() - from).join('\n'));
  const code = await server.exited;
  if (ending) return new Promise<never>(() => undefined);
  console.error(`error: the server ended with ${code}. Its log is in ${relative(root, data)}.log.`);
  return 1;
}

function summary({ port, data }: ServerProcess, url: string, release: number, ms: number): string[] {
  const windlass = './dist/windlass';
  const where = `--data ${relative(root, data)}`;
  return [
    '',
    `  ${bold('hello is live')}, release ${release}, ${(ms / 1000).toFixed(1)} s after it was sent`,
    '',
    `    ${bold(url)}`,
    `    where *.localhost is not known: curl -H 'Host: hello.localhost' http://127.0.0.1:${port}/`,
    '',
    `  ${bold('change it')}   edit the greeting in examples/hello/server.js, then`,
    `              ${windlass} deploy hello --dir examples/hello ${where}`,
    `  ${bold('roll back')}   ${windlass} rollback hello ${where}`,
    `  ${bold('look')}        ${windlass} status hello ${where}`,
    `              ${windlass} logs hello -f ${where}`,
    `  ${bold('more')}        ${windlass} help`,
    '',
    `  Data is in ${relative(root, data)}, the server's log in ${relative(root, data)}.log. Ctrl-C stops the server and the app.`,
  ];
}
