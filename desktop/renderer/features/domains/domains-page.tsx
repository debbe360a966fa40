/** Every host of a server: what browsers are shown, how its certificate fares, and what to do about it. */

import { useState } from 'react';
import type { HostSecurity, HostState } from '../../../../shared/certificates/contract.ts';
import { useAction, useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Facts, Section, Table } from '../../ui/page.tsx';
import { Status, type Tone } from '../../ui/status.tsx';
import { AuthorityForm } from './authority-form.tsx';
import styles from './domains-page.module.css';
import { HostRulesDialog } from './host-rules-dialog.tsx';
import { Providers } from './providers.tsx';
import { UploadForm } from './upload-form.tsx';

const words: Record<HostState, { tone: Tone; text: string }> = {
  secure: { tone: 'good', text: 'Secure' },
  renewing: { tone: 'good', text: 'Renewing' },
  ordering: { tone: 'busy', text: 'On its way' },
  waiting: { tone: 'warn', text: 'Tried again soon' },
  blocked: { tone: 'bad', text: 'Needs you' },
  private: { tone: 'off', text: 'Private' },
};

export function DomainsPage({ server }: { server: string }) {
  const client = useServerClient(server);
  const asked = useAsked('certificates', (signal) => client.call('certificates.list', {}, signal), 10_000);
  const { error, run } = useAction();
  const [editing, setEditing] = useState<HostSecurity | null>(null);
  if (asked.value === null) {
    return asked.error ? (
      <Notice message={asked.error.message} hint={asked.error.hint} />
    ) : (
      <Waiting label="Asking for domains" />
    );
  }
  const { hosts, certificates, acme, providers, port } = asked.value;
  const own = certificates.filter(({ kind }) => kind === 'manual');
  const secure = hosts.filter(({ state }) => state === 'secure' || state === 'renewing').length;
  const order = (host: string) => run(async () => void (await client.call('certificates.order', { host })));
  const remove = (id: number) => run(async () => void (await client.call('certificates.remove', { id })));
  return (
    <>
      <Facts
        facts={[
          { term: 'Secure', value: `${secure} of ${hosts.length}` },
          { term: 'Signed by', value: acme === null ? 'nobody yet' : new URL(acme.directory).host },
          { term: 'HTTPS on port', value: port ?? 'none' },
        ]}
      />
      {error && <Notice message={error.message} hint={error.hint} />}
      {acme === null && <AuthorityForm server={server} />}
      <Section title="All domains">
        {hosts.length === 0 ? (
          <Empty title="No domains yet">The first deployment of an app gives it one.</Empty>
        ) : (
          <Table label="Domains" heads={['Domain', 'State', 'What it means', 'Until', '']}>
            {hosts.map((each) => (
              <tr key={each.host}>
                <td className={styles.host}>{each.host}</td>
                <td>
                  <Status tone={words[each.state].tone}>{words[each.state].text}</Status>
                </td>
                <td className={styles.said}>
                  {each.message}
                  {each.todo !== null && <p className={styles.todo}>{each.todo}</p>}
                </td>
                <td>{each.certificate === null ? '' : day(each.certificate.notAfter)}</td>
                <td className={styles.actions}>
                  {each.nextAt !== null && (
                    <Button
                      weight="quiet"
                      aria-label={`Order for ${each.host} now`}
                      onClick={() => order(each.host)}
                    >
                      Order now
                    </Button>
                  )}
                  <Button
                    weight="quiet"
                    aria-label={`Rules of ${each.host}`}
                    onClick={() => setEditing(each)}
                  >
                    Rules
                  </Button>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Section>
      <Section title="Certificates of your own">
        {own.length > 0 && (
          <Table label="Uploaded certificates" heads={['For', 'Signed by', 'Until', '']}>
            {own.map((each) => (
              <tr key={each.id}>
                <td className={styles.host}>{each.names.join(', ')}</td>
                <td>{each.issuer}</td>
                <td>{day(each.notAfter)}</td>
                <td className={styles.actions}>
                  <Button
                    weight="quiet"
                    aria-label={`Remove the certificate for ${each.names.join(', ')}`}
                    onClick={() => remove(each.id)}
                  >
                    Remove
                  </Button>
                </td>
              </tr>
            ))}
          </Table>
        )}
        <UploadForm server={server} />
      </Section>
      <Providers server={server} providers={providers} />
      {editing !== null && (
        <HostRulesDialog
          server={server}
          host={editing}
          providers={providers.map(({ name }) => name)}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

const day = (at: number) => new Date(at).toLocaleDateString(undefined, { dateStyle: 'medium' });
