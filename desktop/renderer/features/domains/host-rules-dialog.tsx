/** How a host is served over HTTPS, and by which way it is proven to be yours. */

import { useState } from 'react';
import type { ChallengeKind, HostSecurity, HttpsRule } from '../../../../shared/certificates/contract.ts';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choice, Tick } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './domains-page.module.css';

/** Two years: what browsers ask of hosts they ship a rule for. */
const twoYears = 63_072_000;

export function HostRulesDialog({
  server,
  host,
  providers,
  onClose,
}: {
  server: string;
  host: HostSecurity;
  providers: readonly string[];
  onClose(): void;
}) {
  const client = useServerClient(server);
  const [rules, setRules] = useState(host.rules);
  const { running, error, run } = useAction();
  const save = () =>
    run(async () => {
      await client.call('certificates.rules', { host: host.host, ...rules });
      onClose();
    });
  const [first] = providers;
  return (
    <Dialog
      title={host.host}
      lead="How visitors come, and how it is proven to be yours."
      open
      onClose={onClose}
    >
      {error && <Notice message={error.message} hint={error.hint} />}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Choice<HttpsRule>
          label="Plain HTTP is led to HTTPS"
          value={rules.https}
          options={[
            { value: 'auto', label: 'once browsers trust it' },
            { value: 'always', label: 'always' },
            { value: 'never', label: 'never' },
          ]}
          onValue={(https) => setRules({ ...rules, https })}
        />
        <Tick
          label="Tell browsers to come by HTTPS only (HSTS)"
          hint="They keep to it for two years, also when you change your mind."
          checked={rules.hsts > 0}
          onValue={(on) => setRules({ ...rules, hsts: on ? twoYears : 0 })}
        />
        <Choice<ChallengeKind>
          label="Proven by"
          value={rules.challenge}
          options={[
            { value: 'http-01', label: 'a page on port 80' },
            { value: 'dns-01', label: 'a DNS record' },
          ]}
          onValue={(challenge) =>
            setRules({
              ...rules,
              challenge,
              provider: challenge === 'dns-01' ? (rules.provider ?? first ?? null) : rules.provider,
            })
          }
        />
        {rules.challenge === 'dns-01' &&
          (first === undefined ? (
            <Notice message="No DNS provider was added yet" hint="Add one below the list of domains first." />
          ) : (
            <Choice
              label="DNS provider"
              value={rules.provider ?? first}
              options={providers.map((name) => ({ value: name, label: name }))}
              onValue={(provider) => setRules({ ...rules, provider })}
            />
          ))}
        <div>
          <Button type="submit" weight="main" busy={running}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
