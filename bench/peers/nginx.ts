/** nginx as a reverse proxy, tuned as its own guides advise: kept connections upstream, a buffered access log. */

import { join } from 'node:path';
import { startChild } from '../machine/child.ts';
import { program } from '../machine/program.ts';
import { type Peer, type PeerOptions, untilListening } from './peer.ts';

/** `large` gives it the buffers its guides advise for large bodies, which small answers would only pay for. */
export async function startNginx(
  { folder, port, upstream, wrap, defer, tls }: PeerOptions,
  bodies: 'small' | 'large',
): Promise<Peer> {
  const config = join(folder, 'nginx-proxy.conf');
  await Bun.write(config, nginxConfig({ folder, port, upstream, bodies, tls }));
  const child = startChild(wrap([program('nginx'), '-p', folder, '-c', config]), {
    log: join(folder, 'nginx-proxy.out'),
    defer,
  });
  await untilListening('nginx', port, child);
  return { name: 'nginx', port, pid: child.pid };
}

/** One worker, for one core. Bodies are streamed, not spooled: the kindest setting to nginx for large ones. */
function nginxConfig({
  folder,
  port,
  upstream,
  bodies,
  tls,
}: Pick<PeerOptions, 'folder' | 'port' | 'upstream'> & {
  bodies: 'small' | 'large';
  tls: PeerOptions['tls'];
}): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${folder}/nginx-proxy-${name};`)
    .join('\n');
  const buffers = {
    small: '',
    large:
      'proxy_buffers 16 64k; proxy_buffer_size 64k; proxy_busy_buffers_size 512k; client_body_buffer_size 1m;',
  }[bodies];
  return `worker_processes 1;
daemon off;
pid ${folder}/nginx-proxy.pid;
error_log ${folder}/nginx-proxy-error.log;
events { worker_connections 4096; }
http {
${temporary}
  access_log ${folder}/nginx-proxy-access.log combined buffer=64k;
  keepalive_requests 100000000;
  client_max_body_size 0;
  ${buffers}
  upstream app { server ${upstream}; keepalive 64; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port}${tls === undefined ? '' : ' ssl http2'};${tls === undefined ? '' : ` ssl_certificate ${tls.cert}; ssl_certificate_key ${tls.key}; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:s:10m; http2_max_requests 100000000;`}
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_max_temp_file_size 0;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $host;
    }
  }
}
`;
}
