/** Where notices go, by which rules, and what became of each. */

import { useState } from 'react';
import type { App } from '../../../../shared/deployer/model.ts';
import type { Channel } from '../../../../shared/notify/contract.ts';
import { ago } from '../../app/amounts.ts';
import { useAction, useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { say } from '../../app/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Figure, Section, Table } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import { Deliveries } from './deliveries.tsx';
import styles from './notify.module.css';
import { Rules } from './rules.tsx';

export function NotifyPage({
  server,
}: {
  server: string;
  apps: readonly App[] | null;
  sub: readonly string[];
}) {
  const client = useServerClient(server);
  const asked = useAsked(
    'channels',
    async (signal) => (await client.call('notify.channels', {}, signal)).channels,
    15_000,
  );
  const [editing, setEditing] = useState<Channel | 'new' | null>(null);
  const { error, run } = useAction();
  const problem = error ?? asked.error;
  const test = ({ id, name }: Channel) =>
    run(async () => {
      const { sent, answer } = await client.call('notify.test', { id });
      say({
        tone: sent ? 'good' : 'bad',
        text: `${name} ${sent ? 'took it' : 'did not take it'}: ${answer}`,
      });
    });
  const channels = asked.value;
  return (
    <>
      {problem && <Notice message={problem.message} hint={problem.hint} />}
      <Section
        title="Channels"
        aside={
          <Button weight="main" onClick={() => setEditing('new')}>
            Add channel
          </Button>
        }
      >
        {channels === null && !asked.error && <Waiting label="Reading channels" />}
        {channels?.length === 0 && (
          <Empty title="Nobody is told anything yet">
            <p>
              Add a channel, and it hears of everything that hurts: apps that are down, deployments that
              failed.
            </p>
          </Empty>
        )}
        {channels !== null && channels.length > 0 && (
          <Table
            label="Channels"
            heads={['Name', 'Kind', 'State', 'Waiting', 'Last answer', '']}
            figures={['Waiting']}
          >
            {channels.map((channel) => (
              <tr key={channel.id}>
                <td>{channel.name}</td>
                <td>{channel.kind}</td>
                <td>
                  <Status tone={!channel.enabled ? 'off' : channel.failingSince === null ? 'good' : 'bad'}>
                    {!channel.enabled
                      ? 'off'
                      : channel.failingSince === null
                        ? 'fine'
                        : `fails, ${ago(channel.failingSince, Date.now())}`}
                  </Status>
                </td>
                <Figure>{channel.waiting}</Figure>
                <td className={styles.answer}>{channel.lastAnswer ?? '–'}</td>
                <td className={styles.right}>
                  <Button weight="quiet" aria-label={`Test ${channel.name}`} onClick={() => test(channel)}>
                    Test
                  </Button>
                  <Button
                    weight="quiet"
                    aria-label={`Change ${channel.name}`}
                    onClick={() => setEditing(channel)}
                  >
                    Change
                  </Button>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Section>
      {channels !== null && channels.length > 0 && <Rules server={server} channels={channels} />}
      <Deliveries server={server} />
      {editing !== null && (
        <ChannelDialog
          server={server}
          channel={editing === 'new' ? null : editing}
          onClose={() => {
            setEditing(null);
            asked.again();
          }}
        />
      )}
    </>
  );
}
