/** A login for a registry: asked of the registry before it is kept. */

import { useState } from 'react';
import type { App } from '../../../../shared/deployer/model.ts';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogEnd } from '../../ui/dialog.tsx';
import { Field, Select, Tick } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';

const everyApp = '';

export function AddRegistry({
  server,
  apps,
  onClose,
}: {
  server: string;
  apps: readonly App[];
  onClose(): void;
}) {
  const client = useServerClient(server);
  const { running, error, run } = useAction();
  const [registry, setRegistry] = useState('');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [app, setApp] = useState(everyApp);
  const [check, setCheck] = useState(true);
  const whole = registry !== '' && username !== '' && password !== '';
  const add = () =>
    run(async () => {
      const whose = app === everyApp ? {} : { app };
      await client.call('registries.add', { registry, username, password, check, ...whose });
      onClose();
    });
  return (
    <Dialog
      open
      title="A login for a registry"
      lead="The password is kept encrypted on the server and never shown again."
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {error && <Notice message={error.message} hint={error.hint} />}
        <Field
          label="Registry"
          value={registry}
          onValue={setRegistry}
          placeholder="ghcr.io"
          hint="Its host; Docker Hub is docker.io."
          mono
        />
        <Field label="User" value={username} onValue={setUsername} mono />
        <Field
          label="Password or access token"
          type="password"
          autoComplete="new-password"
          value={password}
          onValue={setPassword}
          mono
        />
        <Select
          label="For"
          value={app}
          options={[
            { value: everyApp, label: 'All apps' },
            ...apps.map(({ name }) => ({ value: name, label: name })),
          ]}
          onValue={setApp}
        />
        <Tick label="Ask the registry first whether it is good" checked={check} onValue={setCheck} />
        <DialogEnd>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" weight="main" busy={running} disabled={!whole}>
            Add login
          </Button>
        </DialogEnd>
      </form>
    </Dialog>
  );
}
