/** Environment variables: hidden until asked for, with a deployment offered where they changed. */

import { useState } from 'react';
import type { At } from '../../app/app-frame.tsx';
import { useAction, useAsked } from '../../app/asked.ts';
import { go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { say } from '../../app/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Section, Table } from '../../ui/page.tsx';
import styles from './settings.module.css';

export function Variables({ at }: { at: At }) {
  const client = useServerClient(at.server);
  const place = { app: at.app, environment: at.environment };
  const listed = useAsked('env', async (signal) => (await client.call('env.list', place, signal)).variables);
  const { running, error, run } = useAction();
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const [changed, setChanged] = useState(false);
  const set = (names: Record<string, string>) =>
    run(async () => {
      await client.call('env.set', { ...place, set: names });
      setChanged(true);
      setName('');
      setValue('');
    });
  const unset = (gone: { name: string; value: string }) =>
    run(async () => {
      await client.call('env.set', { ...place, unset: [gone.name] });
      setChanged(true);
      say({
        tone: 'plain',
        text: `${gone.name} was removed`,
        undo: { label: 'Put it back', act: () => void set({ [gone.name]: gone.value }) },
      });
    });
  const apply = () =>
    run(async () => {
      const { deployment } = await client.call('env.set', { ...place, apply: true });
      setChanged(false);
      if (deployment) go({ kind: 'deployment', ...at, deployment: deployment.id });
    });
  const problem = error ?? listed.error;
  return (
    <Section title="Variables">
      {problem && <Notice message={problem.message} hint={problem.hint} />}
      {changed && (
        <Notice
          tone="plain"
          message="Takes effect with the next deployment"
          hint="Or make one now of the release that is live."
        >
          <Button onClick={apply} busy={running}>
            Restart with these
          </Button>
        </Notice>
      )}
      {listed.value === null && !listed.error && <Waiting label="Reading variables" />}
      {listed.value?.length === 0 && (
        <p className={styles.none}>
          None yet. What you set here is encrypted on the server and given to the app as environment
          variables, next to PORT and those that start with WINDLASS_.
        </p>
      )}
      {listed.value !== null && listed.value.length > 0 && (
        <Table label="Variables" heads={['Name', 'Value', '']}>
          {listed.value.map((each) => (
            <tr key={each.name}>
              <td className={styles.name}>
                <code>{each.name}</code>
              </td>
              <td className={styles.value}>{shown.has(each.name) ? each.value : '••••••••'}</td>
              <td className={styles.right}>
                <Button
                  weight="quiet"
                  aria-label={`${shown.has(each.name) ? 'Hide' : 'Show'} ${each.name}`}
                  onClick={() => {
                    const next = new Set(shown);
                    if (!next.delete(each.name)) next.add(each.name);
                    setShown(next);
                  }}
                >
                  {shown.has(each.name) ? 'Hide' : 'Show'}
                </Button>
                <Button weight="quiet" aria-label={`Remove ${each.name}`} onClick={() => unset(each)}>
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
          if (name !== '') void set({ [name]: value });
        }}
      >
        <Field label="Name" value={name} onValue={setName} mono placeholder="API_KEY" />
        <Field label="Value" value={value} onValue={setValue} mono />
        <Button type="submit" busy={running} disabled={name === ''}>
          Set variable
        </Button>
      </form>
    </Section>
  );
}
