import { expect, test } from 'bun:test';
import { listeningPorts, parseListeners } from './listening.ts';
import { listProcesses } from './processes.ts';

test('only_sockets_that_listen_are_read_from_the_table', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 0
   1: 0100007F:0BB8 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0 100 0 0 10 0
   2: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 4713 1 0 100 0 0 10 0
`;
  expect(parseListeners(table)).toEqual([
    { port: 3000, inode: '4711' },
    { port: 8080, inode: '4713' },
  ]);
  expect(parseListeners('')).toEqual([]);
});

test('a_port_of_a_child_counts_and_those_of_others_do_not', async () => {
  using other = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  const code = `const s = require("net").createServer().listen(0, "127.0.0.1", () => console.log(s.address().port))`;
  const child = Bun.spawn(['sh', '-c', '"$0" -e "$1"; true', process.execPath, code], {
    stdout: 'pipe',
    env: { ...process.env, BUN_BE_BUN: '1' },
  });
  try {
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    const port = Number(new TextDecoder().decode(value));
    const found = listeningPorts(child.pid);
    expect(found).toEqual([port]);
    expect(found).not.toContain(other.port);
  } finally {
    for (const { pid, parent } of listProcesses()) if (parent === child.pid) process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
    await child.exited;
  }
});

test('of_a_process_that_is_gone_nothing_is_known', async () => {
  const child = Bun.spawn(['true']);
  await child.exited;
  expect(listeningPorts(child.pid)).toEqual([]);
});
