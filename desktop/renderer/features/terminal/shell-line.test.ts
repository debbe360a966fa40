import { expect, test } from 'bun:test';
import type { ServerClient } from '../../app/server-client.ts';
import { shellLine } from './shell-line.ts';

const at = { app: 'shop', environment: 'production' };
const text = (base64: string) => Buffer.from(base64, 'base64').toString();

test('what_is_typed_before_the_shell_is_there_and_while_a_call_is_under_way_arrives_once_and_in_order', async () => {
  const calls: [string, Record<string, unknown>][] = [];
  let answer: () => void = () => undefined;
  let tell: (event: unknown) => void = () => undefined;
  let end: () => void = () => undefined;
  const client = {
    stream: (_: string, __: unknown, onEvent: typeof tell) => {
      tell = onEvent;
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    },
    call: (method: string, params: Record<string, unknown>) => {
      calls.push([method, params]);
      return new Promise<void>((resolve) => {
        answer = resolve;
      });
    },
  } as unknown as ServerClient;
  const line = shellLine(client, at);
  const shown: string[] = [];
  const open = line.open(
    { columns: 80, rows: 24 },
    (bytes) => shown.push(Buffer.from(bytes).toString()),
    new AbortController().signal,
  );
  line.type('l');
  line.type('s');
  expect(calls).toEqual([]);
  tell({ kind: 'opened', id: 't1' });
  expect(calls.map(([method, { base64 }]) => [method, text(String(base64))])).toEqual([
    ['terminals.write', 'ls'],
  ]);
  line.type(' é\r');
  line.resize({ columns: 100, rows: 30 });
  expect(calls).toHaveLength(1);
  answer();
  await Promise.resolve();
  await Promise.resolve();
  expect(calls[1]).toEqual(['terminals.resize', { id: 't1', columns: 100, rows: 30 }]);
  answer();
  await Promise.resolve();
  await Promise.resolve();
  expect(text(String(calls[2]?.[1].base64))).toBe(' é\r');
  tell({ kind: 'data', base64: Buffer.from('ok ✓').toString('base64') });
  expect(shown).toEqual(['ok ✓']);
  end();
  await open;
});
