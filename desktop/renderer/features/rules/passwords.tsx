/** Who has a password for an environment; without any it is open to everybody. */

import { useState } from 'react';
import type { At } from '../../app/app-frame.tsx';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section, Table } from '../../ui/page.tsx';
import styles from './rules-page.module.css';

export function Passwords({ at, users }: { at: At; users: readonly string[] }) {
  const client = useServerClient(at.server);
  const { running, error, run } = useAction();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const change = (who: string, value: string | null) =>
    run(async () => {
      const place = { app: at.app, environment: at.environment };
      await client.call('rules.password', { ...place, user: who, password: value });
      setUser('');
      setPassword('');
    });
  return (
    <Section title="Passwords">
      {error && <Notice message={error.message} hint={error.hint} />}
      {users.length === 0 ? (
        <p className={styles.none}>Everybody may visit. With the first password nobody may without one.</p>
      ) : (
        <Table label="Passwords" heads={['Name', '']}>
          {users.map((each) => (
            <tr key={each}>
              <td>{each === '' ? 'any name' : each}</td>
              <td className={styles.right}>
                <Button
                  weight="quiet"
                  aria-label={`Take the password of ${each === '' ? 'any name' : each} away`}
                  onClick={() => void change(each, null)}
                >
                  Take away
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
          if (password !== '') void change(user, password);
        }}
      >
        <Field label="Name" value={user} onValue={setUser} placeholder="any" />
        <Field
          label="Password"
          type="password"
          autoComplete="new-password"
          value={password}
          onValue={setPassword}
        />
        <Button type="submit" busy={running} disabled={password === ''}>
          Set password
        </Button>
      </form>
    </Section>
  );
}
