/** Logins of image registries: which there are, whether they are still taken, and one more. */

import { useState } from 'react';
import type { App } from '../../../../shared/deployer/model.ts';
import { ago } from '../../app/amounts.ts';
import { useAction, useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section, Table } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { AddRegistry } from './add-registry.tsx';
import styles from './server-page.module.css';

export function Registries({ server, apps }: { server: string; apps: readonly App[] }) {
  const client = useServerClient(server);
  const known = useAsked('registries', (signal) => client.call('registries.list', {}, signal));
  const { running, error, run } = useAction();
  const [adding, setAdding] = useState(false);
  /** The login that was last found good. */
  const [good, setGood] = useState<string | null>(null);
  // An older server does not know the question.
  if (known.value === null) return null;
  const { logins, fromDocker } = known.value;
  const heads = ['Registry', 'User', 'For', 'Added', ''];
  return (
    <Section title="Image registries" aside={<Button onClick={() => setAdding(true)}>Add a login</Button>}>
      {error && <Notice message={error.message} hint={error.hint} />}
      {logins.length + fromDocker.length === 0 && (
        <p className={styles.quiet}>
          Public images need no login. Add one for private images, or where a registry limits those who have
          none.
        </p>
      )}
      {logins.length + fromDocker.length > 0 && (
        <Table label="Logins of registries" heads={heads}>
          {logins.map(({ registry, app, username, addedAt }) => {
            const key = `${registry} ${app}`;
            const whose = { registry, ...(app === null ? {} : { app }) };
            const named = `${registry}${app === null ? '' : ` for ${app}`}`;
            return (
              <tr key={key}>
                <td className={styles.registry}>{registry}</td>
                <td>{username}</td>
                <td>{app ?? 'all apps'}</td>
                <td>{ago(addedAt, Date.now())}</td>
                <td className={styles.actions}>
                  {good === key && <Status tone="good">taken</Status>}
                  <Button
                    weight="quiet"
                    busy={running}
                    aria-label={`Check ${named}`}
                    onClick={() =>
                      run(async () => {
                        setGood(null);
                        await client.call('registries.check', whose);
                        setGood(key);
                      })
                    }
                  >
                    Check
                  </Button>
                  <Button
                    weight="quiet"
                    aria-label={`Forget ${named}`}
                    onClick={() => run(async () => void (await client.call('registries.remove', whose)))}
                  >
                    Forget
                  </Button>
                </td>
              </tr>
            );
          })}
          {fromDocker.map(({ registry, username }) => (
            <tr key={`docker ${registry}`}>
              <td className={styles.registry}>{registry}</td>
              <td>{username}</td>
              <td>all apps</td>
              <td>by docker login</td>
              <td />
            </tr>
          ))}
        </Table>
      )}
      {adding && <AddRegistry server={server} apps={apps} onClose={() => setAdding(false)} />}
    </Section>
  );
}
