/** A server that is not connected: why, and the one thing that goes on from there. */

import { useState } from 'react';
import type { Secrets } from '../../../../shared/desktop/address.ts';
import { useAction, useAsked } from '../../app/asked.ts';
import type { Words } from '../../app/connection-words.ts';
import { useDesk } from '../../app/desk.ts';
import { go } from '../../app/navigation.tsx';
import type { KnownServer } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Tick } from '../../ui/field.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Fingerprint } from './fingerprint.tsx';
import styles from './server-page.module.css';

const secretLabels = {
  password: 'Password',
  passphrase: 'Passphrase of the key file',
  jumpPassword: 'Password on the jump host',
  jumpPassphrase: 'Passphrase of the jump host’s key file',
} as const;

export function Line({ server, words }: { server: KnownServer; words: Words }) {
  const { host } = useDesk();
  const { running, error, run } = useAction();
  const [secret, setSecret] = useState('');
  const [remember, setRemember] = useState(false);
  const keeping = useAsked('keeping', (signal) => host.call('secrets.keeping', {}, signal)).value;
  const { id, state } = server;
  const isLocal = server.address.kind === 'local';
  const connect = (secrets?: Secrets) =>
    run(async () => {
      if (isLocal) await host.call('local.start', {});
      else await host.call('servers.connect', { id, ...(secrets ? { secrets, remember } : {}) });
    });
  const problem = error && <Notice message={error.message} hint={error.hint} />;
  switch (state.kind) {
    case 'connected':
      return null;
    case 'connecting':
      return <Waiting label={words.text} />;
    case 'awaiting-fingerprint':
      return (
        <>
          {problem}
          <Fingerprint
            hop={state.hop}
            algorithm={state.algorithm}
            sha256={state.sha256}
            busy={running}
            onSame={() =>
              run(async () => {
                const { hop, algorithm, sha256 } = state;
                await host.call('hostkey.confirm', { id, hop, algorithm, sha256 });
              })
            }
            onDifferent={() => run(async () => void (await host.call('servers.disconnect', { id })))}
          />
        </>
      );
    case 'awaiting-secret':
      return (
        <form
          className={styles.secret}
          onSubmit={(event) => {
            event.preventDefault();
            void connect({ [state.secret]: secret });
            setSecret('');
          }}
        >
          {state.wrong && <Notice message="The server did not take that" hint="Check it and try again." />}
          {problem}
          <Field
            label={secretLabels[state.secret]}
            type="password"
            value={secret}
            onValue={setSecret}
            hint={keeping?.kind === 'memory' ? keeping.why : undefined}
          />
          {keeping?.kind === 'system' && (
            <Tick
              label="Remember it"
              hint="Sealed by this computer’s own keychain, until you forget the server."
              checked={remember}
              onValue={setRemember}
            />
          )}
          <Button type="submit" weight="main" busy={running}>
            Connect
          </Button>
        </form>
      );
    case 'control-lost':
      return (
        <>
          {problem}
          {state.cause === 'not-installed' ? (
            <Empty title="A bare server">
              <p>
                Windlass is not on it yet. Setting it up shows every step before anything is changed and takes
                about a minute.
              </p>
              <Button weight="main" onClick={() => go({ kind: 'setup', server: id })}>
                See the plan
              </Button>
            </Empty>
          ) : (
            <Notice tone="warn" message={state.message} hint={state.hint}>
              {!isLocal && <p>Your apps are served without this line and may well be up.</p>}
              <Button busy={running} onClick={() => connect()}>
                {isLocal ? 'Start it' : 'Try again'}
              </Button>
            </Notice>
          )}
        </>
      );
    case 'unreachable':
      return (
        <>
          {problem}
          <Notice message={state.message} hint={state.hint}>
            {state.keys && (
              <dl className={styles.keys}>
                <dt>Known here</dt>
                <dd>{state.keys.pinned.sha256}</dd>
                <dt>Offered now</dt>
                <dd>{state.keys.offered.sha256}</dd>
              </dl>
            )}
            {state.keys ? (
              <Button
                weight="danger"
                busy={running}
                onClick={() =>
                  run(async () => {
                    await host.call('hostkey.forget', { id, ...(state.keys ? { hop: state.keys.hop } : {}) });
                    await host.call('servers.connect', { id });
                  })
                }
              >
                I know why: compare the new key
              </Button>
            ) : (
              <Button busy={running} onClick={() => connect()}>
                Try again
              </Button>
            )}
          </Notice>
        </>
      );
    case 'disconnected':
      return (
        <>
          {problem}
          <Empty title={isLocal ? 'It does not run now' : 'Not connected'}>
            <p>
              {isLocal
                ? 'The server of this computer ends with the desktop. Started again, it has its apps and their data back.'
                : 'Its apps run without the desktop. Connect to see and change them.'}
            </p>
            <Button weight="main" busy={running} onClick={() => connect()}>
              {isLocal ? 'Start it' : 'Connect'}
            </Button>
          </Empty>
        </>
      );
  }
}
