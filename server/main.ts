/** The entry of the one file: `windlass serve` is the server, every other verb a client of its socket. */

import { networkInterfaces } from 'node:os';
import { toPublicError } from '../shared/errors.ts';
import { processIo } from './cli/process-io.ts';
import { report } from './cli/report.ts';
import { type ServeOptions, serveOptions } from './cli/verbs/serve.ts';

/** Written in by the build. */
declare const WINDLASS_VERSION: string;
const version = typeof WINDLASS_VERSION === 'string' ? WINDLASS_VERSION : 'dev';

/** From within the one file, where the program is all there is to start. */
const compiled = import.meta.path.includes('/$bunfs/') || import.meta.path.includes('/~BUN/');

const argv = process.argv.slice(2);
const io = processIo(process, version);

if (argv[0] === 'serve') {
  const wanted = serveOptions(argv.slice(1), io);
  if (wanted.kind === 'run') await serve(wanted.options);
  else await exit(wanted.code);
} else if (argv[0] === 'acme') {
  // Started by the server for one order, which comes on standard input.
  const { speakAcme } = await import('./certificates/acme/acme-process.ts');
  await exit(await speakAcme(process.stdin, process.stdout));
} else if (argv[0] === 'forward') {
  // Started by the server where one core is not enough; what to do comes over the line between them.
  const { forwardFor } = await import('./proxy/forwarders/forwarder-process.ts');
  await exit(await forwardFor(process));
} else if (argv[0] === 'ctl') {
  const { ctlSocket } = await import('./cli/verbs/ctl.ts');
  const wanted = ctlSocket(argv.slice(1), io);
  await exit(wanted.kind === 'run' ? await speak(wanted.socket) : wanted.code);
} else {
  // Loaded here so that the server does not carry the verbs, and the short-lived verbs not the server.
  const { runCli } = await import('./cli/run-cli.ts');
  await exit(await runCli(argv, io));
}

async function serve(options: ServeOptions): Promise<void> {
  const { startServer } = await import('./start-server.ts');
  const { takeOverOf, takeOverVariable } = await import('./upgrade/successor.ts');
  const human = process.stderr.isTTY;
  // Apps run as users of their own and must be able to read what is built here; the data folder above is closed.
  process.umask(0o022);
  try {
    const server = await startServer({
      data: options.data,
      socket: options.socket,
      http: { hostname: everyAddress(), port: options.http },
      https: { port: options.https },
      baseDomain: options.domain,
      runtime: options.runtime,
      forwarders: options.forwarders,
      execPath: process.execPath,
      self: compiled ? [process.execPath] : [process.execPath, import.meta.path],
      argv: compiled ? [process.execPath, ...argv] : [process.execPath, import.meta.path, ...argv],
      program: compiled ? process.execPath : null,
      takeOver: takeOverOf(process.env[takeOverVariable]),
      env: process.env,
      version,
      logLevel: process.env.WINDLASS_LOG === 'debug' ? 'debug' : 'info',
      logFormat: human ? 'human' : 'json',
      writeLog: (line) => void process.stderr.write(line),
    });
    io.stdout.write(
      `windlass ${version} serves on http://${server.http}, https on port ${server.https}, data in ${options.data}, control at ${options.socket}\n`,
    );
    await Promise.race([stopOnSignal(server.stop), server.handedOver]);
    await exit(0);
  } catch (error) {
    if (toPublicError(error).code === 'internal')
      process.stderr.write(`${String((error as Error)?.stack ?? error)}\n`);
    await exit(report(error, io, argv.includes('--json')));
  }
}

/** To the exit code: 0 where the server was reached. */
async function speak(socket: string): Promise<number> {
  try {
    const { bridge } = await import('./cli/bridge.ts');
    await bridge(socket, process.stdin, process.stdout);
    return 0;
  } catch (error) {
    return report(error, io, false);
  }
}

/** Every address of the machine, of both families where there are both: `::` also takes IPv4 in. */
function everyAddress(): string {
  const families = Object.values(networkInterfaces()).flatMap(
    (each) => each?.map(({ family }) => family) ?? [],
  );
  return families.includes('IPv6') ? '::' : '0.0.0.0';
}

/**
 * Ctrl-C ends the apps too: a person wants everything gone. SIGTERM leaves them running: a service manager restarts or
 * upgrades us, and no app should notice. A second signal ends this process at once.
 */
function stopOnSignal(stop: (how: { endInstances: boolean }) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const onSignal = (endInstances: boolean) => () => {
      if (stopping) process.exit(130);
      stopping = true;
      stop({ endInstances }).then(resolve, reject);
    };
    process.on('SIGINT', onSignal(true));
    process.on('SIGTERM', onSignal(false));
  });
}

async function exit(code: number): Promise<never> {
  await io.flush();
  process.exit(code);
}
