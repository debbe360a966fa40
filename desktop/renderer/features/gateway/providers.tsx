/** Providers: who answers, how they fare, and a test of each. API keys go in and are never shown again. */

import { useState } from 'react';
import { type AiProvider, type ProviderKind, providerKinds } from '../../../../shared/gateway/contract.ts';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { say } from '../../app/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Select, Tick } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Figure, Section, Table } from '../../ui/page.tsx';
import styles from './gateway.module.css';
import { usualModel } from './usual-model.ts';

export function Providers({ server, providers }: { server: string; providers: readonly AiProvider[] }) {
  const client = useServerClient(server);
  const { running, error, run } = useAction();
  const [kind, setKind] = useState<ProviderKind>('openai');
  const [secret, setSecret] = useState('');
  const [url, setUrl] = useState('');
  const [inward, setInward] = useState(false);
  const add = () =>
    run(async () => {
      await client.call('aiProviders.set', {
        name: kind,
        kind,
        models: [],
        secrets: secret === '' ? [] : [secret],
        private: inward,
        ...(url === '' ? {} : { baseUrl: url }),
      });
      setSecret('');
      setUrl('');
    });
  const test = (provider: AiProvider) =>
    run(async () => {
      const model = provider.models.find((each) => !each.includes('*')) ?? usualModel(provider.kind);
      const { ok, ms, message } = await client.call('aiProviders.test', { name: provider.name, model });
      say({ tone: ok ? 'plain' : 'bad', text: `${provider.name}, ${model}: ${message} (${ms} ms)` });
    });
  return (
    <Section title="Providers">
      {error && <Notice message={error.message} hint={error.hint} />}
      {providers.length > 0 && (
        <Table label="Providers" heads={['Name', 'Address', 'API keys', 'State', '']} figures={['API keys']}>
          {providers.map((provider) => (
            <tr key={provider.name}>
              <td>{provider.name}</td>
              <td className={styles.value}>{provider.baseUrl}</td>
              <Figure>{provider.secrets}</Figure>
              <td className={styles.name}>
                {provider.state.kind}
                {provider.state.message !== null && `: ${provider.state.message}`}
              </td>
              <td className={styles.right}>
                <Button
                  weight="quiet"
                  busy={running}
                  aria-label={`Test ${provider.name}`}
                  onClick={() => void test(provider)}
                >
                  Test
                </Button>
                <Button
                  weight="quiet"
                  aria-label={`Remove ${provider.name}`}
                  onClick={() =>
                    run(async () => {
                      await client.call('aiProviders.remove', { name: provider.name });
                    })
                  }
                >
                  Remove
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
        <Select<ProviderKind>
          label="Kind"
          value={kind}
          options={providerKinds.map((value) => ({ value, label: value }))}
          onValue={setKind}
        />
        <Field label="API key" type="password" value={secret} onValue={setSecret} mono />
        <Field label="Base URL" value={url} onValue={setUrl} mono placeholder="its usual one" />
        <Button type="submit" busy={running}>
          Add provider
        </Button>
        <Tick label="It is within this machine or its network" checked={inward} onValue={setInward} />
      </form>
    </Section>
  );
}
