/** What was told to whom, and what the other side said. */

import type { Delivery } from '../../../../shared/notify/contract.ts';
import { ago } from '../../app/amounts.ts';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Figure, Section, Table } from '../../ui/page.tsx';
import { Status, type Tone } from '../../ui/status.tsx';
import styles from './notify.module.css';

const tones: Readonly<Record<Delivery['state'], Tone>> = {
  waiting: 'busy',
  sent: 'good',
  refused: 'bad',
  'given-up': 'bad',
  'not-needed': 'off',
};

export function Deliveries({ server }: { server: string }) {
  const client = useServerClient(server);
  const asked = useAsked(
    'deliveries',
    async (signal) => (await client.call('notify.deliveries', { limit: 100 }, signal)).deliveries,
    10_000,
  );
  if (asked.value === null || asked.value.length === 0) return null;
  return (
    <Section title="Deliveries">
      <Table
        label="Deliveries"
        heads={['When', 'What', 'To', 'State', 'Tries', 'Answer']}
        figures={['Tries']}
      >
        {asked.value.map((delivery) => (
          <tr key={delivery.id}>
            <td>{ago(delivery.notice.at, Date.now())}</td>
            <td>
              {delivery.notice.state === 'resolved' && 'Resolved: '}
              {delivery.notice.title}
            </td>
            <td>{delivery.channel}</td>
            <td>
              <Status tone={tones[delivery.state]}>{delivery.state}</Status>
            </td>
            <Figure>{delivery.attempts}</Figure>
            <td className={styles.answer}>{delivery.answer ?? '–'}</td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
