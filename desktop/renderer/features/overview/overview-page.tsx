/** What of an app is live now: release, instances, addresses, traffic. */

import type { App, Environment } from '../../../../shared/deployer/model.ts';
import { ago, size } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAction, useAsked } from '../../app/asked.ts';
import { deploymentTitle, listedPhaseWords } from '../../app/environment-words.ts';
import { intend } from '../../app/intent.ts';
import { Go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { say } from '../../app/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Facts, Figure, Section, Table } from '../../ui/page.tsx';
import { Status, type Tone } from '../../ui/status.tsx';
import styles from './overview-page.module.css';

const instanceTone: Readonly<Record<string, Tone>> = {
  running: 'good',
  starting: 'busy',
  restarting: 'warn',
  'crash-looping': 'bad',
  stopped: 'off',
};

export function OverviewPage({ at, app }: { at: At; app: App | null }) {
  const client = useServerClient(at.server);
  const place = { app: at.app, environment: at.environment };
  const action = useAction();
  const recent = useAsked(
    'recent',
    async (signal) => (await client.call('deployments.list', { ...place, limit: 5 }, signal)).deployments,
    4000,
  ).value;
  const environment = app?.environments.find(({ name }) => name === at.environment);
  if (environment === undefined) {
    if (app === null) return <Waiting label="Reading the app" />;
    return <NothingLive at={at} />;
  }
  const release = environment.liveRelease;
  if (release === null && environment.deployment === null && (recent?.length ?? 0) === 0) {
    return <NothingLive at={at} />;
  }
  const act = (words: string, work: () => Promise<unknown>) => () =>
    void action.run(async () => {
      await work();
      say({ tone: 'good', text: words });
    });
  const memory = environment.instances.reduce((sum, each) => sum + (each.memory ?? 0), 0);
  return (
    <>
      {action.error && <Notice message={action.error.message} hint={action.error.hint} />}
      {environment.state === 'paused' && (
        <Notice
          tone="warn"
          message="Requests are held"
          hint="None is lost: they go on as soon as traffic flows again."
        />
      )}
      <Facts
        facts={[
          { term: 'Live release', value: release ?? 'none', strong: true },
          { term: 'Instances', value: instancesText(environment) },
          { term: 'Memory', value: memory === 0 ? 'none' : size(memory) },
          { term: 'Traffic', value: traffic(environment) },
        ]}
      />
      <Section
        title="Instances"
        aside={
          <span className={styles.actions}>
            {environment.state === 'paused' ? (
              <Button
                weight="quiet"
                onClick={act('Traffic flows', () => client.call('traffic.resume', place))}
              >
                Let traffic flow
              </Button>
            ) : (
              release !== null && (
                <Button
                  weight="quiet"
                  onClick={act('Requests are held for up to 30 s', () => client.call('traffic.pause', place))}
                >
                  Hold traffic
                </Button>
              )
            )}
            <Menu
              trigger={<Button weight="quiet">More</Button>}
              items={
                environment.state === 'stopped'
                  ? [{ label: 'Start', onChoose: act('Started', () => client.call('apps.start', place)) }]
                  : [
                      {
                        label: 'Restart',
                        onChoose: act('Restarting, nothing is dropped', () =>
                          client.call('apps.restart', place),
                        ),
                      },
                      {
                        label: 'Stop',
                        danger: true,
                        onChoose: () =>
                          void action.run(async () => {
                            await client.call('apps.stop', place);
                            say({
                              tone: 'plain',
                              text: `${at.app} is stopped`,
                              undo: {
                                label: 'Start again',
                                act: act('Started', () => client.call('apps.start', place)),
                              },
                            });
                          }),
                      },
                    ]
              }
            />
          </span>
        }
      >
        <Instances environment={environment} />
      </Section>
      <Section title="Addresses" aside={<Go to={{ kind: 'app', ...at, tab: 'settings' }}>Domains</Go>}>
        <ul className={styles.urls}>
          {environment.urls.map((url) => (
            <li key={url}>
              <a href={url} target="_blank" rel="noreferrer">
                {url}
              </a>
            </li>
          ))}
        </ul>
      </Section>
      <Section
        title="Latest deployments"
        aside={<Go to={{ kind: 'app', ...at, tab: 'deployments' }}>All deployments</Go>}
      >
        <Table label="Latest deployments" heads={['Release', 'What', 'State', 'When']}>
          {recent?.map((each) => {
            const words = listedPhaseWords(each, recent);
            return (
              <tr key={each.id}>
                <td className={styles.number}>{each.release ?? ''}</td>
                <td>
                  <Go to={{ kind: 'deployment', ...at, deployment: each.id }}>{deploymentTitle(each)}</Go>
                </td>
                <td>
                  <Status tone={words.tone}>{words.text}</Status>
                </td>
                <td>{ago(each.createdAt, Date.now())}</td>
              </tr>
            );
          })}
        </Table>
      </Section>
    </>
  );
}

function NothingLive({ at }: { at: At }) {
  return (
    <Empty title={`${at.app} has no release yet`}>
      <p>
        Drop its folder on this window. It is built, started, checked, and only then sent its first request.
      </p>
      <Button weight="main" onClick={() => intend({ kind: 'deploy', ...at })}>
        Deploy {at.app}
      </Button>
    </Empty>
  );
}

function Instances({ environment }: { environment: Environment }) {
  if (environment.instances.length === 0) {
    return (
      <p className={styles.none}>
        {environment.state === 'stopped'
          ? 'It was stopped by hand. Nothing of it runs.'
          : 'It is served from files; no process runs.'}
      </p>
    );
  }
  return (
    <Table
      label="Instances"
      heads={['Instance', 'Release', 'State', 'Memory', 'Restarts', 'Started']}
      figures={['Memory', 'Restarts']}
    >
      {environment.instances.map((each) => (
        <tr key={each.id}>
          <td>
            <code>{each.id}</code>
          </td>
          <td className={styles.number}>{each.release}</td>
          <td>
            <Status tone={instanceTone[each.state] ?? 'off'}>{each.state}</Status>
            {each.lastExit && <div className={styles.exit}>{each.lastExit}</div>}
          </td>
          <Figure>{each.memory === null ? '' : size(each.memory)}</Figure>
          <Figure>{each.restarts}</Figure>
          <td>{ago(each.startedAt, Date.now())}</td>
        </tr>
      ))}
    </Table>
  );
}

function instancesText({ instances, scale, liveRelease }: Environment): string {
  const running = instances.filter(
    ({ service, state, release }) => service === undefined && state === 'running' && release === liveRelease,
  ).length;
  return instances.length === 0 ? 'none' : `${running} of ${scale}`;
}

function traffic({ state, liveRelease }: Environment): string {
  if (state === 'paused') return 'held';
  return state === 'stopped' || liveRelease === null ? 'stopped' : 'flowing';
}
