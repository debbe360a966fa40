/** All servers the desktop knows, and how to get the first. */

import { useState } from 'react';
import { useAction } from '../../app/asked.ts';
import { connectionWords } from '../../app/connection-words.ts';
import { useDesk } from '../../app/desk.ts';
import { Go, go } from '../../app/navigation.tsx';
import { type KnownServer, useServers } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { PageHead, Section, Table } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { Ladder, type LadderStep } from '../../ui/steps.tsx';
import styles from './servers.module.css';

const firstSteps: readonly LadderStep[] = [
  {
    id: 'key',
    label: 'Compare the server’s key',
    state: 'ahead',
    detail: 'It is shown as ssh shows it. Nothing is sent before you have said that it is the right one.',
  },
  {
    id: 'plan',
    label: 'Read the plan, then press one button',
    state: 'ahead',
    detail:
      'Every step says what it would change and why. What stands in the way is told before anything is.',
  },
  {
    id: 'folder',
    label: 'Drop a folder on this window',
    state: 'ahead',
    detail: 'It is built, started, asked for an answer, and live at an address of its own.',
  },
];

export function ServersPage() {
  const { host } = useDesk();
  const servers = useServers();
  const { running, error, run } = useAction();
  const [forgetting, setForgetting] = useState<KnownServer | null>(null);
  const takeThis = () =>
    run(async () => {
      const { id } = await host.call('local.start', {});
      servers.again();
      go({ kind: 'server', server: id });
    });
  const problem = error ?? servers.error;
  const list = servers.value;
  const hasLocal = list?.some(({ address }) => address.kind === 'local') ?? false;
  return (
    <>
      <PageHead title="Servers">
        {list && !hasLocal && list.length > 0 && (
          <Button busy={running} onClick={takeThis}>
            Use this computer
          </Button>
        )}
        {list && list.length > 0 && (
          <Button weight="main" onClick={() => go({ kind: 'add-server' })}>
            Add a server
          </Button>
        )}
      </PageHead>
      {problem && <Notice message={problem.message} hint={problem.hint} />}
      {list === null && !problem && <Waiting label="Reading servers" />}
      {list?.length === 0 && (
        <Empty title="No server yet">
          <p>
            Any Linux machine you can ssh into will do. Nothing is opened on it but ports 80 and 443;
            everything here goes through ssh. Or try it first on this computer, which needs no server at all.
          </p>
          <div className={styles.ways}>
            <Button weight="main" onClick={() => go({ kind: 'add-server' })}>
              Add a server
            </Button>
            <Button busy={running} onClick={takeThis}>
              Use this computer
            </Button>
          </div>
        </Empty>
      )}
      {list?.length === 0 && (
        <Section title="How it goes">
          <Ladder label="How it goes" steps={firstSteps} />
        </Section>
      )}
      {list !== null && list.length > 0 && (
        <Table label="Servers" heads={['Server', 'Address', 'State', 'Version', '']}>
          {list.map((server) => {
            const { id, name, address, state } = server;
            const words = connectionWords(state);
            return (
              <tr key={id}>
                <td>
                  <Go to={{ kind: 'server', server: id }} className={styles.name}>
                    {name}
                  </Go>
                </td>
                <td>{address.kind === 'ssh' ? `${address.user}@${address.host}` : 'local'}</td>
                <td>
                  <Status tone={words.tone}>{words.text}</Status>
                </td>
                <td>{state.kind === 'connected' ? state.version : ''}</td>
                <td className={styles.right}>
                  <Button weight="quiet" aria-label={`Forget ${name}`} onClick={() => setForgetting(server)}>
                    Forget
                  </Button>
                </td>
              </tr>
            );
          })}
        </Table>
      )}
      {forgetting && (
        <Confirm
          open
          title={`Forget ${forgetting.name}?`}
          action="Forget it here"
          busy={running}
          onClose={() => setForgetting(null)}
          onConfirm={() =>
            run(async () => {
              await host.call('servers.remove', { id: forgetting.id });
              setForgetting(null);
              servers.again();
            })
          }
        >
          The desktop forgets the server and its key. Nothing on the server changes; its apps stay up.
          {error && <Notice message={error.message} hint={error.hint} />}
        </Confirm>
      )}
    </>
  );
}
