/** Caddy as a reverse proxy, as its documentation shows it, with its access log in a file. */

import { join } from 'node:path';
import { startChild } from '../machine/child.ts';
import { program } from '../machine/program.ts';
import { type Peer, type PeerOptions, untilListening } from './peer.ts';

export async function startCaddy({ folder, port, upstream, wrap, defer, tls }: PeerOptions): Promise<Peer> {
  const config = join(folder, 'Caddyfile');
  await Bun.write(
    config,
    `{
  admin off
  auto_https off
}
${tls === undefined ? `http://:${port}` : `https://localhost:${port}`} {
  bind 127.0.0.1
${tls === undefined ? '' : `  tls ${tls.cert} ${tls.key}\n`}  log {
    output file ${folder}/caddy-access.log
  }
  reverse_proxy ${upstream}
}
`,
  );
  const argv = [program('caddy'), 'run', '--config', config, '--adapter', 'caddyfile'];
  // One core, one scheduler thread: Go would otherwise count the cores it may not use.
  const env = {
    ...process.env,
    HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
    GOMAXPROCS: '1',
  };
  const child = startChild(wrap(argv), { log: join(folder, 'caddy.out'), defer, env });
  await untilListening('caddy', port, child);
  return { name: 'Caddy', port, pid: child.pid };
}
