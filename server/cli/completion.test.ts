/** Completion, asked as shells ask it; and bash itself, with the script it would load. */

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { anApp, type StubServer, stubServer } from './testing/stub-server.ts';

let server: StubServer;
beforeAll(async () => {
  const shop = anApp('shop');
  const preview = { ...anApp('shop').environments[0], name: 'preview' };
  server = await stubServer({
    'apps.list': () => ({
      apps: [{ ...shop, environments: [...shop.environments, preview as never] }, anApp('blog')],
    }),
  });
});
afterAll(() => server.close());

async function offers(...words: string[]): Promise<string[]> {
  const { out, code } = await server.run(['__complete', '--', ...words]);
  expect(code).toBe(0);
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t')[0] ?? '');
}

describe('__complete', () => {
  test('verbs_by_their_beginning_and_never_itself', async () => {
    expect(await offers('de')).toEqual(['deploy', 'deployments']);
    expect(await offers('')).not.toContain('__complete');
  });
  test('apps_where_an_app_belongs_and_nowhere_else', async () => {
    expect(await offers('logs', '')).toEqual(['shop', 'blog']);
    expect(await offers('logs', 'shop', '')).toEqual([]);
    expect(await offers('apps', '')).toEqual([]);
    expect(await offers('logs', '--tail', '5', 's')).toEqual(['shop']);
  });
  test('environments_of_the_app_that_was_named', async () => {
    expect(await offers('stop', 'shop', '--env', '')).toEqual(['production', 'preview']);
    expect(await offers('stop', 'blog', '--env', '')).toEqual(['production']);
  });
  test('flags_of_the_verb', async () => {
    const flags = await offers('deploy', 'shop', '--');
    expect(flags).toContain('--dir');
    expect(flags).toContain('--image');
  });
  test('actions_shells_and_verbs_for_help', async () => {
    expect(await offers('env', 'shop', '')).toEqual(['list', 'set', 'unset']);
    expect(await offers('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await offers('help', 'roll')).toEqual(['rollback']);
  });
  test('no_server_means_no_names_and_no_noise', async () => {
    const nowhere = { env: { WINDLASS_SOCKET: '/nowhere/control.sock' } };
    expect(await server.run(['__complete', '--', 'logs', ''], nowhere)).toEqual({
      code: 0,
      out: '',
      err: '',
    });
  });
});

describe('bash', () => {
  test('tab_completes_verbs_apps_and_files', async () => {
    const folder = join(server.folder, 'bin');
    await mkdir(folder, { recursive: true });
    await Bun.write(join(server.folder, 'app.tar'), '');
    const entry = new URL('./testing/entry.ts', import.meta.url).pathname;
    await Bun.write(join(folder, 'windlass'), `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`);
    await chmod(join(folder, 'windlass'), 0o755);
    const { out: script } = await server.run(['completion', 'bash']);
    const tab = async (...words: string[]) => {
      const line = words.map((word) => `"${word}"`).join(' ');
      const ask = `COMP_WORDS=(windlass ${line}); COMP_CWORD=${words.length}; _windlass; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const bash = Bun.spawn(['bash', '--norc', '-c', `${script}\n${ask}`], {
        cwd: server.folder,
        env: { PATH: `${folder}:${process.env.PATH}`, WINDLASS_SOCKET: server.socket, HOME: server.folder },
        stderr: 'inherit',
      });
      return (await new Response(bash.stdout).text()).trim().split('\n');
    };
    expect(await tab('roll')).toEqual(['rollback']);
    expect(await tab('logs', 'sh')).toEqual(['shop']);
    expect(await tab('deploy', 'shop', '--tar', 'app')).toEqual(['app.tar']);
  });
});
