/** An app's deployments, the newest first, each with how it ended. */

import type { App, Deployment } from '../../../../shared/deployer/model.ts';
import { ago, span } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import type { Words } from '../../app/connection-words.ts';
import { deploymentTitle, listedPhaseWords } from '../../app/environment-words.ts';
import { intend } from '../../app/intent.ts';
import { Go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Figure, Table } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import styles from './deployments.module.css';

const shown = 100;

export function DeploymentsPage({ at, app: known }: { at: At; app: App | null }) {
  const client = useServerClient(at.server);
  const { app, environment } = at;
  const live = known?.environments.find(({ name }) => name === environment)?.liveRelease ?? null;
  const list = useAsked(
    'deployments',
    async (signal) =>
      (await client.call('deployments.list', { app, environment, limit: shown }, signal)).deployments,
    3000,
  );
  if (list.value === null) {
    return list.error ? (
      <Notice message={list.error.message} hint={list.error.hint} />
    ) : (
      <Waiting label="Reading deployments" />
    );
  }
  if (list.value.length === 0) {
    return (
      <Empty title="Nothing was deployed yet">
        <p>
          Drop a folder on this window, or name a git repository. Every deployment stays here with its log.
        </p>
        <Button weight="main" onClick={() => intend({ kind: 'deploy', ...at })}>
          Deploy
        </Button>
      </Empty>
    );
  }
  return (
    <Table label="Deployments" heads={['Release', 'What', 'State', 'Took', 'When', '']} figures={['Took']}>
      {list.value.map((deployment) => (
        <Row
          key={deployment.id}
          at={at}
          deployment={deployment}
          words={listedPhaseWords(deployment, list.value ?? [])}
          live={live}
        />
      ))}
    </Table>
  );
}

function Row({
  at,
  deployment,
  words,
  live,
}: {
  at: At;
  deployment: Deployment;
  words: Words;
  live: number | null;
}) {
  const { id, release, phase, createdAt, failure, phaseTimes, finishedAt } = deployment;
  const serving = phaseTimes.find((each) => each.phase === 'watching')?.at ?? finishedAt;
  return (
    <tr>
      <td className={styles.number}>{release ?? ''}</td>
      <td>
        <Go to={{ kind: 'deployment', ...at, deployment: id }}>{deploymentTitle(deployment)}</Go>
        {failure && (
          <div className={styles.why} data-tone={words.tone}>
            {failure.message}
          </div>
        )}
      </td>
      <td>
        <Status tone={words.tone}>{words.text}</Status>
      </td>
      <Figure>{serving === null ? '' : span(serving - createdAt)}</Figure>
      <td>{ago(createdAt, Date.now())}</td>
      <td className={styles.right}>
        {release !== null && release !== live && phase === 'live' && (
          <Button weight="quiet" onClick={() => intend({ kind: 'rollback', ...at, to: release })}>
            Go back to this
          </Button>
        )}
      </td>
    </tr>
  );
}
