/** Adding a server: where it is and who you are; its fingerprint is compared on the next page, before anything is sent. */

import { useState } from 'react';
import { useAction, useAsked } from '../../app/asked.ts';
import { useDesk } from '../../app/desk.ts';
import { go } from '../../app/navigation.tsx';
import { useServers } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Choice, Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page.tsx';
import { newServer, type Typed, targetText } from './new-server.ts';
import styles from './servers.module.css';

export function AddServerPage() {
  const { host } = useDesk();
  const servers = useServers();
  const { running, error, run } = useAction();
  const [typed, setTyped] = useState<Typed>({ name: '', target: '', auth: 'agent', keyPath: '', jump: '' });
  const [secret, setSecret] = useState('');
  const suggested = useAsked('suggestions', (signal) => host.call('ssh.suggestions', {}, signal)).value;
  const made = newServer(typed);
  const set = (part: Partial<Typed>) => setTyped((before) => ({ ...before, ...part }));
  const add = () =>
    run(async () => {
      if (made.kind !== 'address') return;
      const { name, address } = made;
      const { jump } = address;
      const secrets =
        secret === ''
          ? {}
          : typed.auth === 'password'
            ? { password: secret }
            : { passphrase: secret, ...(jump ? { jumpPassphrase: secret } : {}) };
      const { id } = await host.call('servers.add', { name, address, secrets });
      servers.again();
      go({ kind: 'server', server: id });
    });
  return (
    <>
      <PageHead
        title="Add a server"
        lead="Any Linux machine you can ssh into. Its key is shown to you before anything is sent."
      />
      {suggested && suggested.hosts.length > 0 && (
        <div className={styles.known}>
          <p>From your ssh configuration</p>
          {suggested.hosts.slice(0, 12).map(({ alias, address }) => (
            <Button
              key={alias}
              onClick={() =>
                set({
                  name: alias,
                  target: targetText(address),
                  jump: address.jump === undefined ? '' : targetText(address.jump),
                  auth: address.auth.kind,
                  keyPath: address.auth.kind === 'key' ? address.auth.path : '',
                })
              }
            >
              {alias}
            </Button>
          ))}
        </div>
      )}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <Field
          label="Where"
          value={typed.target}
          onValue={(target) => set({ target })}
          mono
          placeholder="root@203.0.113.7"
          hint="As you would write it after ssh: user@host, with :port where it is not 22."
        />
        <Field
          label="Name"
          value={typed.name}
          onValue={(name) => set({ name })}
          placeholder={made.kind === 'address' ? made.name : 'What you call it'}
        />
        <Field
          label="Through another machine"
          value={typed.jump}
          onValue={(jump) => set({ jump })}
          mono
          placeholder="none"
          hint="Only where the server is reached through a jump host. Its key is compared as well."
        />
        <Choice
          label="Who you are"
          value={typed.auth}
          onValue={(auth) => set({ auth })}
          options={[
            { value: 'agent', label: 'ssh agent' },
            { value: 'key', label: 'Key file' },
            { value: 'password', label: 'Password' },
          ]}
        />
        {typed.auth === 'key' && (
          <div className={styles.row}>
            <Field
              label="Key file"
              value={typed.keyPath}
              onValue={(keyPath) => set({ keyPath })}
              mono
              placeholder={suggested?.keys[0] ?? '~/.ssh/id_ed25519'}
            />
            <Field
              label="Passphrase"
              type="password"
              value={secret}
              onValue={setSecret}
              hint="Only where the key has one."
            />
          </div>
        )}
        {typed.auth === 'password' && (
          <Field
            label="Password"
            type="password"
            value={secret}
            onValue={setSecret}
            hint="Kept in memory only, until the desktop closes."
          />
        )}
        {error && <Notice message={error.message} hint={error.hint} />}
        <Button type="submit" weight="main" busy={running} disabled={made.kind !== 'address'}>
          Look at its key
        </Button>
      </form>
    </>
  );
}
