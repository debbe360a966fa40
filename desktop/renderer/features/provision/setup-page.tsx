/** Setting up, repairing, upgrading and leaving a server: the plan before, every step while it happens. */

import { useState } from 'react';
import type { Plan, ProvisionOptions, StepEvent } from '../../../../shared/desktop/provision.ts';
import { span } from '../../app/amounts.ts';
import { useAction } from '../../app/asked.ts';
import { useDesk } from '../../app/desk.ts';
import { Go } from '../../app/navigation.tsx';
import { useServers } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Field, Tick } from '../../ui/field.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { PageHead, Section } from '../../ui/page.tsx';
import { Ladder } from '../../ui/steps.tsx';
import { climb, fall, type Rung, rungsOf } from './ladder.ts';
import styles from './setup-page.module.css';

export function SetupPage({ id }: { id: string }) {
  const { host } = useDesk();
  const name = useServers().value?.find((server) => server.id === id)?.name ?? id;
  const [options, setOptions] = useState<ProvisionOptions>({
    updates: true,
    sshHardening: false,
    firewall: false,
    docker: false,
    domain: 'localhost',
  });
  const [sudo, setSudo] = useState('');
  const [plan, setPlan] = useState<Plan | null>(null);
  const [rungs, setRungs] = useState<readonly Rung[]>([]);
  const [end, setEnd] = useState<string | null>(null);
  const [leaving, setLeaving] = useState(false);
  const { running, error, run } = useAction();
  const given = { id, ...(sudo === '' ? {} : { sudoPassword: sudo }) };
  const onEvent = (event: StepEvent) => setRungs((before) => climb(before, event));
  const watch = (work: () => Promise<string>) =>
    run(async () => {
      setEnd(null);
      try {
        setEnd(await work());
      } catch (failure) {
        setRungs(fall);
        throw failure;
      }
    });
  const look = () =>
    watch(async () => {
      const found = await host.call('provision.plan', { ...given, options });
      setPlan(found);
      setRungs(rungsOf(found));
      if (!found.ready) return 'Something is in the way. Nothing was changed.';
      return found.changes === 0
        ? 'Everything is as it should be.'
        : `${found.changes} steps would change something. Nothing was changed yet.`;
    });
  const apply = () =>
    watch(async () => {
      const done = await host.stream('provision.apply', { ...given, options }, onEvent);
      return `${done.message}, in ${span(done.tookMs)}`;
    });
  const upgrade = () =>
    watch(async () => {
      setRungs([]);
      const done = await host.stream('provision.upgrade', given, onEvent);
      return {
        upgraded: `From ${done.from} to ${done.to}`,
        unchanged: `${done.to} is there already`,
        'went-back': `${done.to} did not answer; ${done.from} is back`,
      }[done.outcome];
    });
  const leave = () =>
    watch(async () => {
      setLeaving(false);
      setRungs([]);
      const done = await host.stream('provision.uninstall', { ...given, data: 'keep' }, onEvent);
      setPlan(null);
      return done.message;
    });
  return (
    <>
      <PageHead
        title={`Set up ${name}`}
        lead={<Go to={{ kind: 'server', server: id }}>Back to the server</Go>}
      >
        <Button busy={running} onClick={look}>
          {plan === null ? 'See the plan' : 'Look again'}
        </Button>
        {plan?.ready && plan.changes > 0 && (
          <Button weight="main" busy={running} onClick={apply}>
            Do it
          </Button>
        )}
      </PageHead>
      {error && <Notice message={error.message} hint={error.hint} />}
      {end !== null && <Notice tone="plain" message={end} />}
      <div className={styles.columns}>
        <Section title="Steps">
          {running && rungs.length === 0 && <Waiting label="Looking at the server" />}
          {!running && rungs.length === 0 && (
            <Empty title="Look before anything changes">
              <p>
                The plan lists every step, why it is there and what it would change. Running it again changes
                nothing that is already right, so it repairs, too.
              </p>
            </Empty>
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
        <div>
          <Section title="Choices">
            <Field
              label="Domain of its apps"
              value={options.domain}
              onValue={(domain) => setOptions({ ...options, domain })}
              mono
              hint={`An app called hello answers at hello.${options.domain}.`}
            />
            <Tick
              label="Security updates by themselves"
              checked={options.updates}
              onValue={(updates) => setOptions({ ...options, updates })}
            />
            <Tick
              label="No passwords over ssh"
              hint="Only once your key works."
              checked={options.sshHardening}
              onValue={(sshHardening) => setOptions({ ...options, sshHardening })}
            />
            <Tick
              label="Docker"
              hint="From the system’s own packages. Most apps need none."
              checked={options.docker}
              onValue={(docker) => setOptions({ ...options, docker })}
            />
            {(plan?.needsSudoPassword || sudo !== '') && (
              <Field
                label="Your password on the server"
                type="password"
                value={sudo}
                onValue={setSudo}
                hint="For sudo. Sent once, never stored."
              />
            )}
          </Section>
          <Section title="The server’s Windlass">
            <div className={styles.ways}>
              <Button busy={running} onClick={upgrade}>
                Upgrade
              </Button>
              <Button weight="danger" onClick={() => setLeaving(true)}>
                Uninstall
              </Button>
            </div>
          </Section>
        </div>
      </div>
      <Confirm
        title={`Take Windlass off ${name}?`}
        action="Uninstall"
        typed={name}
        open={leaving}
        onClose={() => setLeaving(false)}
        onConfirm={leave}
      >
        Its apps stop. Their data and the folder it lies in are kept; setting up again finds them.
      </Confirm>
    </>
  );
}
