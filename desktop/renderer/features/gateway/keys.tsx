/** Keys: which app has one, and what it may. A new key is shown once. */

import { useState } from 'react';
import type { App } from '../../../../shared/deployer/model.ts';
import type { AiKey } from '../../../../shared/gateway/contract.ts';
import { ago } from '../../app/amounts.ts';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section, Table } from '../../ui/page.tsx';
import styles from './gateway.module.css';

export function Keys({
  server,
  apps,
  keys,
}: {
  server: string;
  apps: readonly App[];
  keys: readonly AiKey[];
}) {
  const client = useServerClient(server);
  const { running, error, run } = useAction();
  const [app, setApp] = useState('');
  const [models, setModels] = useState('');
  const [made, setMade] = useState<{ secret: string; app: string | null } | null>(null);
  const create = () =>
    run(async () => {
      const wanted = models
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '');
      const { key, secret } = await client.call('aiKeys.create', {
        app: app === '' ? null : app,
        environment: null,
        limits: wanted.length === 0 ? {} : { models: wanted },
      });
      setMade({ secret, app: key.app });
      setModels('');
    });
  return (
    <Section title="Keys">
      {error && <Notice message={error.message} hint={error.hint} />}
      {made && (
        <Notice
          tone="plain"
          message={
            made.app === null ? `The key, shown this once: ${made.secret}` : `${made.app} has a key now`
          }
          hint={
            made.app === null
              ? 'Keep it where it is safe.'
              : 'It is in its environment from the next start on, as OPENAI_API_KEY and ANTHROPIC_API_KEY.'
          }
        />
      )}
      {keys.length > 0 && (
        <Table label="Keys" heads={['Name', 'App', 'Key', 'Models', 'Made', '']}>
          {keys.map((key) => (
            <tr key={key.id}>
              <td className={styles.name}>{key.name}</td>
              <td>{key.app ?? 'anybody'}</td>
              <td className={styles.value}>…{key.tail}</td>
              <td className={styles.name}>{key.limits.models.join(', ') || 'all'}</td>
              <td>{ago(key.createdAt, Date.now())}</td>
              <td className={styles.right}>
                <Button
                  weight="quiet"
                  aria-label={`Remove the key ${key.name}`}
                  onClick={() =>
                    run(async () => {
                      await client.call('aiKeys.remove', { id: key.id });
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
          void create();
        }}
      >
        <Select
          label="For"
          value={app}
          options={[
            { value: '', label: 'a person or tool' },
            ...apps.map(({ name }) => ({ value: name, label: name })),
          ]}
          onValue={setApp}
        />
        <Field
          label="Models"
          value={models}
          onValue={setModels}
          mono
          placeholder="all, or gpt-5*, claude-*"
        />
        <Button type="submit" busy={running}>
          Make a key
        </Button>
      </form>
    </Section>
  );
}
