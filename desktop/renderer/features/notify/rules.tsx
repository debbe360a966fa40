/** Which notices go where; without a rule everything that matters goes to every channel. */

import { useState } from 'react';
import type { Channel } from '../../../../shared/notify/contract.ts';
import { type Rule, usualRule } from '../../../../shared/notify/rule.ts';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Section, Table } from '../../ui/page.tsx';
import styles from './notify.module.css';
import { RuleDialog } from './rule-dialog.tsx';

export function Rules({ server, channels }: { server: string; channels: readonly Channel[] }) {
  const client = useServerClient(server);
  const asked = useAsked('rules', async (signal) => (await client.call('notify.rules', {}, signal)).rules);
  const [editing, setEditing] = useState<Rule | null>(null);
  const nameOf = (id: number) => channels.find((channel) => channel.id === id)?.name ?? 'one that is gone';
  const empty: Rule = { ...usualRule, id: 0, channels: channels.map(({ id }) => id) };
  return (
    <Section title="Rules" aside={<Button onClick={() => setEditing(empty)}>Add rule</Button>}>
      {asked.value?.length === 0 && (
        <p className={styles.none}>
          Without a rule every channel hears of warnings and worse, and of their end.
        </p>
      )}
      {asked.value !== null && asked.value.length > 0 && (
        <Table label="Rules" heads={['Name', 'What', 'To', 'When', '']}>
          {asked.value.map((rule) => (
            <tr key={rule.id}>
              <td>{rule.name}</td>
              <td>
                {rule.severity} and worse{rule.kinds.length > 0 && `: ${rule.kinds.join(', ')}`}
                {rule.apps.length > 0 && ` of ${rule.apps.join(', ')}`}
              </td>
              <td>{rule.channels.map(nameOf).join(', ')}</td>
              <td>
                {rule.quiet === null ? 'at any time' : `not from ${rule.quiet.from} to ${rule.quiet.to}`}
                {rule.groupSeconds > 0 && `, ${rule.groupSeconds} s together`}
                {rule.escalation !== null &&
                  `, after ${rule.escalation.afterMinutes} min also ${rule.escalation.channels.map(nameOf).join(', ')}`}
              </td>
              <td className={styles.right}>
                <Button weight="quiet" aria-label={`Change ${rule.name}`} onClick={() => setEditing(rule)}>
                  Change
                </Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {editing !== null && (
        <RuleDialog
          server={server}
          channels={channels}
          rule={editing}
          onClose={() => {
            setEditing(null);
            asked.again();
          }}
        />
      )}
    </Section>
  );
}
