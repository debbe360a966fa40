/** One deployment: its phases as they happen, its log as it is written, and why it failed where it did. */

import { useState } from 'react';
import { isFinal, isServing } from '../../../../shared/deployer/deployment.ts';
import { ago } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAction } from '../../app/asked.ts';
import { deploymentTitle, phaseWords } from '../../app/environment-words.ts';
import { Go } from '../../app/navigation.tsx';
import { phaseRope } from '../../app/phase-rope.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { LogView } from '../../ui/log-view.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { Rope } from '../../ui/steps.tsx';
import styles from './deployments.module.css';
import { useFollowed, useNow } from './followed.ts';

export function DeploymentPage({ at, id }: { at: At; id: string }) {
  const client = useServerClient(at.server);
  const { deployment, lines, error } = useFollowed(client, id);
  const [follow, setFollow] = useState(true);
  const cancel = useAction();
  const running = deployment !== null && !isFinal(deployment.phase);
  const now = useNow(running);
  if (deployment === null) {
    return error ? (
      <Notice message={error.message} hint={error.hint} />
    ) : (
      <Waiting label="Reading the deployment" />
    );
  }
  const words = phaseWords(deployment.phase);
  const { failure, url, warning } = deployment;
  return (
    <>
      <div className={styles.title}>
        <h2>{deploymentTitle(deployment)}</h2>
        <Status tone={words.tone}>{words.text}</Status>
        {running && !isServing(deployment.phase) && (
          <Button
            weight="quiet"
            busy={cancel.running}
            onClick={() => cancel.run(async () => void (await client.call('deployments.cancel', { id })))}
          >
            Cancel
          </Button>
        )}
      </div>
      <p className={styles.sub}>
        {deployment.release !== null && `Release ${deployment.release}, `}
        {ago(deployment.createdAt, now)}
        {url && isServing(deployment.phase) && (
          <>
            {', answers at '}
            <a href={url} target="_blank" rel="noreferrer">
              {url.replace(/^https?:\/\//, '').replace(/\/$/, '')}
            </a>
          </>
        )}
        {deployment.phase === 'watching' &&
          '. It is watched a while and goes back by itself if it misbehaves.'}
      </p>
      <Rope label="Phases of the deployment" steps={phaseRope(deployment, now)} />
      {cancel.error && <Notice message={cancel.error.message} hint={cancel.error.hint} />}
      {warning && !failure && (
        <Notice tone="warn" message="Far more errors are reported than of the release before." hint={warning}>
          <Go to={{ kind: 'app', ...at, tab: 'errors' }}>Errors</Go>
        </Notice>
      )}
      {failure && (
        <Notice
          message={failure.message}
          hint={
            failure.hint ??
            (deployment.previousRelease === null
              ? undefined
              : `Release ${deployment.previousRelease} keeps serving.`)
          }
        >
          {failure.hint !== undefined && deployment.previousRelease !== null && (
            <p>Release {deployment.previousRelease} keeps serving.</p>
          )}
          {failure.logTail.length > 0 && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard.
            <section className={styles.tail} tabIndex={0} aria-label="Last lines">
              {failure.logTail.join('\n')}
            </section>
          )}
        </Notice>
      )}
      {error && <Notice tone="warn" message={error.message} hint={error.hint} />}
      <Section title="Log" aside={<Go to={{ kind: 'app', ...at, tab: 'deployments' }}>All deployments</Go>}>
        <LogView rows={lines} label="Log of the deployment" follow={follow} onFollow={setFollow} />
      </Section>
    </>
  );
}
