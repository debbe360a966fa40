import { expect, test } from 'bun:test';
import { openSecretStore } from './secret-store.ts';
import { answerVault, vaultOver } from './vault-channel.ts';

function pair(backend: string) {
  const files = new Map<string, Buffer>();
  const crossed: string[] = [];
  const store = openSecretStore(
    {
      isEncryptionAvailable: () => true,
      encryptString: (text) => Buffer.from(Buffer.from(text).map((byte) => byte ^ 7)),
      decryptString: (sealed) => Buffer.from(sealed.map((byte) => byte ^ 7)).toString(),
      getSelectedStorageBackend: () => backend as never,
    },
    {
      read: async (name) => files.get(name) ?? null,
      write: async (name, sealed) => void files.set(name, sealed),
      remove: async (name) => void files.delete(name),
    },
    'linux',
  );
  let hear: (message: unknown) => void = () => undefined;
  const vault = vaultOver({
    postMessage(message) {
      crossed.push(JSON.stringify(message));
      void answerVault(message, store, (reply) => hear(reply));
    },
    onMessage: (listener) => {
      hear = listener;
    },
  });
  return { vault, files, store, crossed };
}

test('what_is_remembered_comes_back_and_lies_sealed_until_it_is_removed', async () => {
  const { vault, files } = pair('gnome_libsecret');
  expect(await vault.keeping()).toEqual({ kind: 'system' });
  await vault.set('box', { password: 'hunter2' });
  expect(await vault.get('box')).toEqual({ password: 'hunter2' });
  expect((await vault.get('other')) === null).toBe(true);
  expect([...files].map(([name, sealed]) => `${name} ${sealed.toString().includes('hunter2')}`)).toEqual([
    'server-box false',
  ]);
  await vault.remove('box');
  expect(files.size).toBe(0);
});

test('without_a_keyring_nothing_is_written_and_the_person_is_told_why', async () => {
  const { vault, files } = pair('basic_text');
  expect((await vault.keeping()).kind).toBe('memory');
  await vault.set('box', { password: 'hunter2' });
  expect(files.size).toBe(0);
});

test('only_questions_of_the_host_are_answered_and_no_name_leads_out_of_the_folder', async () => {
  const { store } = pair('gnome_libsecret');
  const replies: unknown[] = [];
  for (const message of [
    null,
    { kind: 'page' },
    { kind: 'vault', n: 1, act: 'dump' },
    { kind: 'vault', n: 2, act: 'get', server: '../../etc/passwd' },
  ]) {
    await answerVault(message, store, (reply) => replies.push(reply));
  }
  expect(replies).toEqual([]);
});
