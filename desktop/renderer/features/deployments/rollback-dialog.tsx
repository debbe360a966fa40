/** One click back, after saying what will change. */

import { useState } from 'react';
import { ago, span } from '../../app/amounts.ts';
import { useAction, useAsked } from '../../app/asked.ts';
import { go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { say } from '../../app/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogEnd } from '../../ui/dialog.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import styles from './deployments.module.css';
import { planRollback, rollbackTargets } from './rollback-plan.ts';

export interface RollbackDialogProps {
  server: string;
  app: string;
  environment: string;
  to?: number;
  onClose(): void;
}

export function RollbackDialog({ server, app, environment, to, onClose }: RollbackDialogProps) {
  const client = useServerClient(server);
  const { running, error, run } = useAction();
  const [wished, setWished] = useState(to ?? null);
  const at = { app, environment };
  const releases = useAsked(
    'releases',
    async (signal) => (await client.call('releases.list', at, signal)).releases,
  );
  const plan = releases.value && planRollback(releases.value, wished);
  const goBack = () =>
    run(async () => {
      if (!plan) return;
      const { deployment, tookMs } = await client.call('releases.rollback', { ...at, to: plan.to.number });
      say({ tone: 'good', text: `${app} is back on release ${plan.to.number}, in ${span(tookMs)}` });
      onClose();
      go({ kind: 'deployment', server, ...at, deployment: deployment.id });
    });
  const problem = error ?? releases.error;
  return (
    <Dialog
      open
      onClose={onClose}
      title={plan ? `Roll ${app} back to release ${plan.to.number}` : `Roll ${app} back`}
    >
      {releases.value === null && releases.error === null && <Waiting label="Looking for earlier releases" />}
      {releases.value && !plan && (
        <p className={styles.none}>
          There is no earlier release to go back to. The next deployment makes one.
        </p>
      )}
      {releases.value && plan && (
        <>
          <ul className={styles.changes}>
            {plan.changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
          <label className={styles.pick}>
            Release
            <select value={plan.to.number} onChange={(event) => setWished(Number(event.target.value))}>
              {rollbackTargets(releases.value).map(({ number, from, createdAt, state }) => (
                <option key={number} value={number}>
                  {number}, from {from}, {ago(createdAt, Date.now())} ({state})
                </option>
              ))}
            </select>
          </label>
        </>
      )}
      {problem && <Notice message={problem.message} hint={problem.hint} />}
      <DialogEnd>
        <Button onClick={onClose}>Cancel</Button>
        <Button weight="main" busy={running} disabled={!plan} onClick={goBack}>
          Roll back
        </Button>
      </DialogEnd>
    </Dialog>
  );
}
