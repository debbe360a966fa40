/** Who has a password for an environment or a part of it; without any it is open to everybody. */

import { useState } from 'react';
import type { EnvironmentRules } from '../../../../shared/proxy/contract.ts';
import { placePath, ruleFault } from '../../../../shared/proxy/rules.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section, Table } from '../../ui/page.tsx';
import styles from './rules-page.module.css';

export function Passwords({ at, rules }: { at: At; rules: EnvironmentRules }) {
  const { users, placeUsers } = rules;
  const client = useServerClient(at.server);
  const { running, error, run } = useAction();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [path, setPath] = useState('');
  const parsedPath = placePath.safeParse(path);
  const held = [{ path: '', users }, ...(placeUsers ?? [])].flatMap(({ path: place, users: own }) =>
    own.map((each) => ({ place, user: each })),
  );
  const change = (place: string, who: string, value: string | null) =>
    run(async () => {
      const where = { app: at.app, environment: at.environment, ...(place === '' ? {} : { path: place }) };
      await client.call('rules.password', { ...where, user: who, password: value });
      setPath('');
      setUser('');
      setPassword('');
    });
  return (
    <Section title="Passwords">
      {error && <Notice message={error.message} hint={error.hint} />}
      {held.length === 0 ? (
        <p className={styles.none}>Everybody may visit. With the first password nobody may without one.</p>
      ) : (
        <Table label="Passwords" heads={['Place', 'Name', '']}>
          {held.map(({ place, user: each }) => (
            <tr key={`${place} ${each}`}>
              <td>{place === '' ? 'everywhere' : <code>{place}</code>}</td>
              <td>{each === '' ? 'any name' : each}</td>
              <td className={styles.right}>
                <Button
                  weight="quiet"
                  aria-label={`Take the password of ${each === '' ? 'any name' : each} ${place === '' ? '' : `for ${place} `}away`}
                  onClick={() => void change(place, each, null)}
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
          if (password !== '' && (path === '' || parsedPath.success)) void change(path, user, password);
        }}
      >
        {placeUsers !== undefined && (
          <Field label="Place" value={path} onValue={setPath} mono placeholder="everywhere, or /admin" />
        )}
        <Field label="Name" value={user} onValue={setUser} placeholder="any" />
        <Field
          label="Password"
          type="password"
          autoComplete="new-password"
          value={password}
          onValue={setPassword}
        />
        <Button
          type="submit"
          busy={running}
          disabled={password === '' || (path !== '' && !parsedPath.success)}
        >
          Set password
        </Button>
      </form>
      {path !== '' && !parsedPath.success && <p className={styles.none}>{ruleFault(parsedPath.error)}</p>}
    </Section>
  );
}
