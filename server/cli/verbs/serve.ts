/** `windlass serve`: its flags and help. main.ts starts the server itself, with what `serveOptions` understood. */

import { verbLines } from '../help.ts';
import type { Io } from '../io.ts';
import { parseVerb } from '../parse.ts';
import { findPlaces } from '../places.ts';
import { report } from '../report.ts';
import { createStyle, wantsColour } from '../style.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb } from '../verb.ts';

const runtimes = ['auto', 'native', 'docker'] as const;

export interface ServeOptions {
  data: string;
  socket: string;
  /** 0 for any free port. */
  http: number;
  https: number;
  runtime: (typeof runtimes)[number];
  forwarders: 'auto' | number;
  /** Apps get `<app>.<domain>`. */
  domain: string;
}

export const serve: Verb = {
  name: 'serve',
  summary: 'run the server',
  usage: [
    'serve [--data DIR] [--http PORT] [--https PORT] [--socket PATH] [--runtime auto|native|docker] [--domain HOST] [--forwarders auto|N]',
  ],
  about: [
    'As root: data in /var/lib/windlass, socket /run/windlass/control.sock, ports 80 and 443.',
    'Otherwise: data in $XDG_DATA_HOME/windlass, the socket inside it, ports 8080 and 8443.',
    'A data folder named with --data has its socket inside.',
  ],
  examples: [
    { what: 'as a normal user, apps at http://APP.localhost:8080', line: 'windlass serve' },
    { what: 'a second server beside it', line: 'windlass serve --data ./scratch --http 9080 --https 9443' },
    { what: 'apps at APP.example.com', line: 'windlass serve --domain example.com' },
  ],
  arguments: [],
  flags: [
    { name: 'http', value: 'PORT', summary: 'port for HTTP; 0 for any', mirror: 'WINDLASS_HTTP' },
    { name: 'https', value: 'PORT', summary: 'port for HTTPS; 0 for any', mirror: 'WINDLASS_HTTPS' },
    {
      name: 'runtime',
      value: 'KIND',
      summary: 'how apps run: auto, native or docker',
      mirror: 'WINDLASS_RUNTIME',
      completes: runtimes,
    },
    {
      name: 'domain',
      value: 'HOST',
      summary: 'apps get APP.HOST (default: localhost)',
      mirror: 'WINDLASS_DOMAIN',
    },
    {
      name: 'forwarders',
      value: 'auto|N',
      summary: 'processes that forward beside the server: as needed (auto), or always N; 0 for none',
      mirror: 'WINDLASS_FORWARDERS',
    },
  ],
  run: async () => {
    throw new UsageError('`serve` comes first on the line', 'Write it as `windlass serve --data DIR …`.');
  },
};

/** `argv` follows `serve`. Help and errors are printed here; then only the exit code is left to pass on. */
export function serveOptions(
  argv: readonly string[],
  io: Io,
): { kind: 'run'; options: ServeOptions } | { kind: 'exit'; code: number } {
  try {
    const { flags } = parseVerb(serve, argv, io.env);
    if (flags.on('help')) {
      const style = createStyle(wantsColour(io, io.stdout.isTTY));
      io.stdout.write(`${verbLines(serve, style).join('\n')}\n`);
      return { kind: 'exit', code: 0 };
    }
    const runtime = flags.text('runtime') ?? 'auto';
    const known = runtimes.find((each) => each === runtime);
    if (known === undefined) {
      throw new UsageError(`there is no runtime "${runtime}"`, `Choose one of ${runtimes.join(', ')}.`);
    }
    const root = io.uid === 0;
    return {
      kind: 'run',
      options: {
        ...findPlaces({
          data: flags.text('data'),
          socket: flags.text('socket'),
          uid: io.uid,
          env: io.env,
          cwd: io.cwd,
        }),
        http: flags.whole('http', 0, 65_535) ?? (root ? 80 : 8080),
        https: flags.whole('https', 0, 65_535) ?? (root ? 443 : 8443),
        runtime: known,
        forwarders:
          (flags.text('forwarders') ?? 'auto') === 'auto'
            ? 'auto'
            : (flags.whole('forwarders', 0, 64) ?? 'auto'),
        domain: domainOf(flags.text('domain') ?? 'localhost'),
      },
    };
  } catch (error) {
    return { kind: 'exit', code: report(error, io, argv.includes('--json')) };
  }
}

function domainOf(text: string): string {
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  const host = text.toLowerCase().replace(/\.$/, '');
  if (host.length > 200 || !new RegExp(`^${label}(?:\\.${label})*$`).test(host)) {
    throw new UsageError(
      `"${text}" is not a host name`,
      'Write a domain like example.com, without scheme or port.',
    );
  }
  return host;
}
