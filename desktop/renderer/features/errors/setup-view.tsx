/** How an app is set up to report its errors, ready to be copied, and what was dropped of what it sent. */

import { size } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { say } from '../../app/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Facts, Figure, Section, Table } from '../../ui/page.tsx';
import styles from './errors.module.css';
import { snippets } from './snippets.ts';

export function SetupView({ at }: { at: At }) {
  const client = useServerClient(at.server);
  const preset = useAsked(`preset of ${at.app}`, async (signal) => {
    const { app, environment } = at;
    const { releases } = await client.call('releases.list', { app, environment }, signal);
    return (releases.find(({ state }) => state === 'live') ?? releases[0])?.preset ?? null;
  });
  const { value, error } = useAsked('error-project', (signal) =>
    client.call('errors.project', { app: at.app }, signal),
  );
  const keeping = useAsked('error-keeping', (signal) => client.call('errors.keeping', {}, signal));
  if (value === null) {
    return error ? (
      <Notice message={error.message} hint={error.hint} />
    ) : (
      <Waiting label="Looking for its DSN" />
    );
  }
  const copy = (text: string) =>
    void navigator.clipboard.writeText(text).then(
      () => say({ tone: 'good', text: 'Copied' }),
      () => say({ tone: 'bad', text: 'The clipboard cannot be written' }),
    );
  return (
    <>
      <Facts
        facts={[
          { term: 'DSN', value: value.dsn ?? 'the app has no host yet' },
          { term: 'At most', value: `${value.settings.perMinute.toLocaleString()} envelopes a minute` },
          { term: 'Events of all apps', value: size(value.bytes) },
          ...(keeping.value === null
            ? []
            : [
                {
                  term: 'Kept',
                  value: `${keeping.value.keepDays} days, at most ${size(keeping.value.keepBytes)}`,
                },
              ]),
        ]}
      />
      {snippets(value.dsn ?? '', preset.value).map(({ name, text }) => (
        <Section
          key={name}
          title={name}
          aside={
            <Button weight="quiet" onClick={() => copy(text)}>
              Copy
            </Button>
          }
        >
          <pre className={styles.json}>{text}</pre>
        </Section>
      ))}
      <Section title="Dropped">
        <Table
          label="What was dropped"
          heads={['Day', 'By', 'Why', 'Kind', 'How many']}
          figures={['How many']}
        >
          {value.dropped.map((row) => (
            <tr key={`${row.day} ${row.by} ${row.reason} ${row.category}`}>
              <td>{new Date(row.day * 86_400_000).toLocaleDateString()}</td>
              <td>{row.by}</td>
              <td>{row.reason}</td>
              <td>{row.category}</td>
              <Figure>{row.quantity.toLocaleString()}</Figure>
            </tr>
          ))}
        </Table>
      </Section>
    </>
  );
}
