/** Hosts an app answers on. */

import { useState } from 'react';
import type { At } from '../../app/app-frame.tsx';
import { useAction, useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { say } from '../../app/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Section, Table } from '../../ui/page.tsx';
import styles from './settings.module.css';

export function Domains({ at }: { at: At }) {
  const client = useServerClient(at.server);
  const place = { app: at.app, environment: at.environment };
  const listed = useAsked(
    'domains',
    async (signal) => (await client.call('domains.list', place, signal)).domains,
  );
  const { running, error, run } = useAction();
  const [host, setHost] = useState('');
  const add = (wanted: string, pathPrefix = '/', stripPrefix = true) =>
    run(async () => {
      await client.call('domains.add', { ...place, host: wanted, pathPrefix, stripPrefix });
      setHost('');
    });
  const problem = error ?? listed.error;
  return (
    <Section title="Domains">
      {problem && <Notice message={problem.message} hint={problem.hint} />}
      {listed.value === null && !listed.error && <Waiting label="Reading domains" />}
      {listed.value !== null && (
        <Table label="Domains" heads={['Host', 'Path', '']}>
          {listed.value.map((each) => (
            <tr key={`${each.host}${each.pathPrefix}`}>
              <td className={styles.name}>{each.host}</td>
              <td>
                <code>{each.pathPrefix}</code>
              </td>
              <td className={styles.right}>
                {each.given ? (
                  <span className={styles.given}>given to every app</span>
                ) : (
                  <Button
                    weight="quiet"
                    aria-label={`Remove ${each.host}`}
                    onClick={() =>
                      run(async () => {
                        await client.call('domains.remove', {
                          ...place,
                          host: each.host,
                          pathPrefix: each.pathPrefix,
                        });
                        say({
                          tone: 'plain',
                          text: `${each.host} was removed`,
                          undo: {
                            label: 'Put it back',
                            act: () => void add(each.host, each.pathPrefix, each.stripPrefix),
                          },
                        });
                      })
                    }
                  >
                    Remove
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (host !== '') void add(host);
        }}
      >
        <Field label="Domain" value={host} onValue={setHost} mono placeholder="app.example.com" />
        <Button type="submit" busy={running} disabled={host === ''}>
          Add domain
        </Button>
      </form>
      <p className={styles.none}>Point its DNS record at this server, and its requests arrive here.</p>
    </Section>
  );
}
