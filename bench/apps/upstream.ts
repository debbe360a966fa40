/** The app every proxy is put before: nginx with a constant answer, a gigabyte to fetch and a place to send one. */

import { cores } from '../machine/pin.ts';
import { program } from '../machine/program.ts';
import { writeApp } from './write-app.ts';

export const answerText = 'hello world from app\n';
export const bigBytes = 1 << 30;

/** Deployed by Windlass like any app; the others are pointed at the same instance. It puts itself on the load's core. */
export function writeUpstream(folder: string): Promise<string> {
  return writeApp(folder, {
    'windlass.json': { start: 'sh start.sh', health: { watch: 0 } },
    'start.sh': `set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'kill "$nginx"' TERM INT
sed -e "s|@PORT@|$PORT|g" -e "s|@DIR@|$dir|g" nginx.conf > "$dir/nginx.conf"
truncate -s ${bigBytes} "$dir/big"
${program('taskset')} -c ${cores.load} ${program('nginx')} -p "$dir" -c "$dir/nginx.conf" &
nginx=$!
wait "$nginx"
`,
    'nginx.conf': `worker_processes 1;
daemon off;
master_process off;
pid @DIR@/pid;
error_log @DIR@/error.log;
events { worker_connections 4096; }
http {
  client_body_temp_path @DIR@/t1;
  proxy_temp_path @DIR@/t2;
  fastcgi_temp_path @DIR@/t3;
  uwsgi_temp_path @DIR@/t4;
  scgi_temp_path @DIR@/t5;
  access_log off;
  sendfile on;
  keepalive_requests 100000000;
  client_max_body_size 0;
  server {
    listen 127.0.0.1:@PORT@;
    location / { return 200 "${answerText.trimEnd()}\\n"; }
    location = /big { root @DIR@; }
  }
}
`,
  });
}
