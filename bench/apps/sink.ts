/** An app that takes a body to its last byte before it answers, as fast as bytes can be taken. */

import { cores } from '../machine/pin.ts';
import { program } from '../machine/program.ts';
import { writeApp } from './write-app.ts';

/** nginx would answer before the body is there, and clients then stop sending. It puts itself on the load's core. */
export function writeSink(folder: string): Promise<string> {
  return writeApp(folder, {
    'windlass.json': { start: 'bun sink.js', health: { watch: 0 } },
    'sink.js': `Bun.spawnSync(['${program('taskset')}', '-acp', '${cores.load}', String(process.pid)]);
const answer = 'HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nok\\n';
Bun.listen({
  hostname: '127.0.0.1',
  port: Number(process.env.PORT),
  socket: {
    open(socket) {
      socket.data = { head: '', left: -1 };
    },
    data(socket, bytes) {
      const state = socket.data;
      let taken = bytes.length;
      if (state.left < 0) {
        state.head += bytes.toString('latin1');
        const end = state.head.indexOf('\\r\\n\\r\\n');
        if (end < 0) return;
        state.left = Number(/\\r\\ncontent-length: *(\\d+)/i.exec(state.head)?.[1] ?? 0);
        taken = state.head.length - end - 4;
      }
      state.left -= taken;
      if (state.left > 0) return;
      socket.write(answer);
      socket.data = { head: '', left: -1 };
    },
  },
});
process.on('SIGTERM', () => process.exit(0));
`,
  });
}
