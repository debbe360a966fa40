/** Who may put records into the DNS, so that wildcards can be proven. */

import { useState } from 'react';
import type { DnsProviderKind } from '../../../../shared/certificates/contract.ts';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section, Table } from '../../ui/page.tsx';
import styles from './domains-page.module.css';

const kinds: Record<
  DnsProviderKind,
  { label: string; settings: readonly { key: string; label: string; secret: boolean }[] }
> = {
  cloudflare: { label: 'Cloudflare', settings: [{ key: 'token', label: 'API token', secret: true }] },
  hetzner: { label: 'Hetzner', settings: [{ key: 'token', label: 'API token', secret: true }] },
  digitalocean: { label: 'DigitalOcean', settings: [{ key: 'token', label: 'API token', secret: true }] },
  route53: {
    label: 'Route 53',
    settings: [
      { key: 'accessKeyId', label: 'Access key ID', secret: false },
      { key: 'secretAccessKey', label: 'Secret access key', secret: true },
    ],
  },
  rfc2136: {
    label: 'Own server (RFC 2136)',
    settings: [
      { key: 'server', label: 'Server', secret: false },
      { key: 'key', label: 'Name of the key', secret: false },
      { key: 'secret', label: 'Secret, base64', secret: true },
    ],
  },
};
const kindNames = Object.keys(kinds) as DnsProviderKind[];

export function Providers({
  server,
  providers,
}: {
  server: string;
  providers: readonly { name: string; kind: DnsProviderKind }[];
}) {
  const client = useServerClient(server);
  const { running, error, run } = useAction();
  const [kind, setKind] = useState<DnsProviderKind>('cloudflare');
  const [name, setName] = useState('dns');
  const [settings, setSettings] = useState<Record<string, string>>({});
  const wanted = kinds[kind].settings;
  const whole = name !== '' && wanted.every(({ key }) => (settings[key] ?? '') !== '');
  const add = () =>
    run(async () => {
      const given = Object.fromEntries(wanted.map(({ key }) => [key, settings[key] ?? '']));
      await client.call('certificates.provider', { name, kind, settings: given });
      setSettings({});
    });
  return (
    <Section title="DNS providers">
      {error && <Notice message={error.message} hint={error.hint} />}
      {providers.length > 0 && (
        <Table label="DNS providers" heads={['Name', 'Kind', '']}>
          {providers.map((each) => (
            <tr key={each.name}>
              <td>{each.name}</td>
              <td>{kinds[each.kind].label}</td>
              <td className={styles.actions}>
                <Button
                  weight="quiet"
                  aria-label={`Forget ${each.name}`}
                  onClick={() =>
                    run(
                      async () =>
                        void (await client.call('certificates.forgetProvider', { name: each.name })),
                    )
                  }
                >
                  Forget
                </Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <Select<DnsProviderKind>
          label="Who runs the DNS"
          value={kind}
          options={kindNames.map((value) => ({ value, label: kinds[value].label }))}
          onValue={setKind}
        />
        <Field label="Name it" value={name} onValue={setName} mono />
        {wanted.map(({ key, label, secret }) => (
          <Field
            key={key}
            label={label}
            type={secret ? 'password' : 'text'}
            value={settings[key] ?? ''}
            onValue={(value) => setSettings({ ...settings, [key]: value })}
            mono
          />
        ))}
        <div>
          <Button type="submit" busy={running} disabled={!whole}>
            Add provider
          </Button>
        </div>
      </form>
    </Section>
  );
}
