/** Setting up, repairing, upgrading and leaving a server: the plan before, every step while it happens. */

import { useEffect, useRef, useState } from 'react';
import type { ProvisionOptions } from '../../../../shared/desktop/provision.ts';
import { Go, go } from '../../app/navigation.tsx';
import { serverLead } from '../../app/server-lead.ts';
import { ServerTabs } from '../../app/server-tabs.tsx';
import { type KnownServer, useServers } from '../../app/servers.tsx';
import { UnknownServer } from '../../app/unknown-server.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { PageHead, Section } from '../../ui/page.tsx';
import { Ladder } from '../../ui/steps.tsx';
import { Choices } from './choices.tsx';
import { DriftSection } from './drift.tsx';
import { ServiceSection } from './service.tsx';
import styles from './setup-page.module.css';
import { useSetup } from './use-setup.ts';

const usual: ProvisionOptions = {
  updates: true,
  sshHardening: false,
  firewall: false,
  docker: false,
  domain: 'localhost',
};

export function SetupPage({ id }: { id: string }) {
  const servers = useServers().value;
  const server = servers?.find((each) => each.id === id);
  if (servers === null) return <Waiting label="Reading servers" />;
  if (server === undefined) {
    return <UnknownServer />;
  }
  return (
    <>
      <PageHead title={server.name} lead={serverLead(server.address)} />
      <ServerTabs server={id} here="setup" />
      {server.state.kind === 'connected' || server.state.kind === 'control-lost' ? (
        <SetUp server={server} />
      ) : (
        <Empty title="There is no connection to this server">
          <p>Setting up goes through ssh. Once the line stands, this looks at the server and shows a plan.</p>
          <Go to={{ kind: 'server', server: id }}>See why</Go>
        </Empty>
      )}
    </>
  );
}

function SetUp({ server }: { server: KnownServer }) {
  const { id, name, state, provisioned } = server;
  const [options, setOptions] = useState<ProvisionOptions>(provisioned ?? usual);
  const [sudo, setSudo] = useState('');
  const setup = useSetup(id, options, sudo);
  const { running, error, end, plan, rungs } = setup;
  const asksPassword = error?.code === 'forbidden' || sudo !== '';
  const first = useRef(true);
  useEffect(() => {
    // Looking changes nothing, so nobody has to ask for it.
    if (first.current) provisioned === null ? setup.look() : setup.check();
    first.current = false;
  });
  const isNew = provisioned === null;
  return (
    <>
      {error && !(error.code === 'forbidden' && sudo === '') && (
        <Notice message={error.message} hint={error.hint} />
      )}
      {asksPassword && (
        <form
          className={styles.sudo}
          onSubmit={(event) => {
            event.preventDefault();
            if (isNew || plan !== null) setup.look();
            else setup.check();
          }}
        >
          <Field
            label="Your password on the server"
            type="password"
            value={sudo}
            onValue={setSudo}
            hint="sudo asks for it. It goes over ssh to sudo itself, for each run anew, and is stored nowhere."
          />
          <Button type="submit" busy={running} disabled={sudo === ''}>
            Look with it
          </Button>
        </form>
      )}
      {end !== null && <Notice tone="plain" message={end} />}
      <div className={styles.columns}>
        <div>
          {!isNew && (
            <DriftSection
              found={setup.checked}
              running={running}
              onCheck={setup.check}
              onRepair={setup.apply}
            />
          )}
          <Section
            title="Steps"
            aside={
              <span className={styles.ways}>
                <Button busy={running} onClick={setup.look}>
                  {plan === null ? 'See the plan' : 'Look again'}
                </Button>
                {plan?.ready && plan.changes > 0 && (
                  <Button weight="main" busy={running} onClick={setup.apply}>
                    {isNew ? 'Set it up' : 'Do it'}
                  </Button>
                )}
                {!running && !isNew && state.kind === 'connected' && rungs.length > 0 && plan === null && (
                  <Button weight="main" onClick={() => go({ kind: 'server', server: id })}>
                    Open the server
                  </Button>
                )}
              </span>
            }
          >
            {running && rungs.length === 0 && <Waiting label="Looking at the server; nothing is changed" />}
            {!running && rungs.length === 0 && (
              <p className={styles.quiet}>
                The plan lists every step, why it is there and what it would change. Running it again changes
                nothing that is already right.
              </p>
            )}
            <Ladder
              label="Steps"
              steps={rungs.map(({ detail, hint, share, ...rung }) => ({
                ...rung,
                detail: (
                  <>
                    {detail}
                    {hint !== undefined && <strong className={styles.hint}>{hint}</strong>}
                    {share !== undefined && <progress value={share} aria-label={`${rung.label} sent`} />}
                  </>
                ),
              }))}
            />
          </Section>
        </div>
        <div>
          <Choices options={options} onOptions={setOptions} />
          {!isNew && (
            <ServiceSection
              name={name}
              version={state.kind === 'connected' ? state.version : null}
              running={running}
              onUpgrade={setup.upgrade}
              onUninstall={setup.uninstall}
            />
          )}
        </div>
      </div>
    </>
  );
}
