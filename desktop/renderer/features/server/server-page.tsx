/** One server: its line, its health as it judges itself, and its apps. */

import type { App } from '../../../../shared/deployer/model.ts';
import { size } from '../../app/amounts.ts';
import { useAsked } from '../../app/asked.ts';
import { connectionWords } from '../../app/connection-words.ts';
import { environmentWords } from '../../app/environment-words.ts';
import { intend } from '../../app/intent.ts';
import { Go } from '../../app/navigation.tsx';
import { serverLead } from '../../app/server-lead.ts';
import { ServerTabs } from '../../app/server-tabs.tsx';
import { type KnownServer, useServerClient, useServers } from '../../app/servers.tsx';
import { UnknownServer } from '../../app/unknown-server.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Figure, PageHead, Section, Table } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { DriftNotice } from './drift-notice.tsx';
import { Line } from './line.tsx';
import { Registries } from './registries.tsx';
import { ServerFacts } from './server-facts.tsx';
import styles from './server-page.module.css';
import { StopLocal } from './stop-local.tsx';

export function ServerPage({ id, apps }: { id: string; apps: readonly App[] | null }) {
  const servers = useServers();
  const server = servers.value?.find((each) => each.id === id);
  if (server === undefined) {
    if (servers.value === null) return <Waiting label="Reading servers" />;
    return <UnknownServer />;
  }
  const { address, state } = server;
  return (
    <>
      <PageHead title={server.name} lead={serverLead(address)}>
        {state.kind === 'connected' && address.kind === 'local' && <StopLocal />}
        {state.kind === 'connected' && (
          <Button weight="main" onClick={() => intend({ kind: 'deploy', server: id })}>
            Deploy an app
          </Button>
        )}
      </PageHead>
      <ServerTabs server={id} here="overview" />
      {state.kind === 'connected' ? (
        <Connected server={server} apps={apps} />
      ) : (
        <Line server={server} words={connectionWords(state)} />
      )}
    </>
  );
}

function Connected({ server, apps }: { server: KnownServer; apps: readonly App[] | null }) {
  const client = useServerClient(server.id);
  const doctor = useAsked(
    'doctor',
    async (signal) => (await client.call('server.doctor', {}, signal)).findings,
    30_000,
  );
  const bad = doctor.value?.filter(({ state }) => state !== 'ok') ?? [];
  return (
    <>
      {server.provisioned !== null && <DriftNotice server={server.id} />}
      <ServerFacts server={server.id} />
      <Section title="Apps">
        {apps !== null && apps.length === 0 ? (
          <Empty title="Drop a folder here">
            <p>
              Any web app: a folder of HTML, Express, Next.js, Vite and the like need no configuration. It is
              built on the server, checked, and live at an address of its own about a minute later.
            </p>
            <Button weight="main" onClick={() => intend({ kind: 'deploy', server: server.id })}>
              Choose a folder
            </Button>
          </Empty>
        ) : (
          <Apps server={server.id} apps={apps ?? []} />
        )}
      </Section>
      <Section
        title="Health"
        aside={
          doctor.value && (
            <Status tone={bad.length === 0 ? 'good' : 'warn'}>
              {bad.length === 0 ? `all ${doctor.value.length} checks good` : `${bad.length} to look at`}
            </Status>
          )
        }
      >
        {doctor.value === null && !doctor.error && <Waiting label="Asking the server how it is" />}
        {doctor.error && <Notice message={doctor.error.message} hint={doctor.error.hint} />}
        <dl className={styles.checks}>
          {[...(doctor.value ?? [])]
            .sort((a, b) => Number(a.state === 'ok') - Number(b.state === 'ok'))
            .map(({ check, state, message, hint }) => (
              <div key={`${check} ${message}`}>
                <dt>
                  <Status tone={state === 'ok' ? 'good' : state === 'warning' ? 'warn' : 'bad'}>
                    {check}
                  </Status>
                </dt>
                <dd>
                  {message}
                  {hint && <p>{hint}</p>}
                </dd>
              </div>
            ))}
        </dl>
      </Section>
      <Registries server={server.id} apps={apps ?? []} />
    </>
  );
}

function Apps({ server, apps }: { server: string; apps: readonly App[] }) {
  return (
    <Table label="Apps" heads={['App', 'State', 'Release', 'Memory', 'Address']} figures={['Memory']}>
      {apps.flatMap((app) =>
        app.environments.map((environment) => {
          const words = environmentWords(environment);
          const memory = environment.instances.reduce((sum, each) => sum + (each.memory ?? 0), 0);
          const [url] = environment.urls;
          return (
            <tr key={`${app.name}/${environment.name}`}>
              <td>
                <Go
                  className={styles.app}
                  to={{
                    kind: 'app',
                    server,
                    app: app.name,
                    environment: environment.name,
                    tab: 'overview',
                  }}
                >
                  {app.name}
                </Go>
                {environment.name !== 'production' && <small> {environment.name}</small>}
              </td>
              <td>
                <Status tone={words.tone}>{words.text}</Status>
              </td>
              <td className={styles.number}>{environment.liveRelease ?? ''}</td>
              <Figure>{memory === 0 ? '' : size(memory)}</Figure>
              <td>
                {url && (
                  <a href={url} target="_blank" rel="noreferrer">
                    {url.replace(/^https?:\/\//, '').replace(/\/$/, '')}
                  </a>
                )}
              </td>
            </tr>
          );
        }),
      )}
    </Table>
  );
}
