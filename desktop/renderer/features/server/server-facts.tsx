/** A server at a glance: how busy its machine is, and the Windlass on it. */

import type { Result } from '../../../../shared/rpc.ts';
import type { ServerContract } from '../../../../shared/server-contract.ts';
import { size, span } from '../../app/amounts.ts';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Facts } from '../../ui/page.tsx';

type Machine = Result<ServerContract['vitals.now']>;

export function ServerFacts({ server }: { server: string }) {
  const client = useServerClient(server);
  const info = useAsked('info', (signal) => client.call('server.info', {}, signal), 5000);
  // An older server does not know the question; the rest is shown all the same.
  const machine = useAsked('machine', (signal) => client.call('vitals.now', {}, signal), 10_000).value;
  if (info.error) return <Notice message={info.error.message} hint={info.error.hint} />;
  if (info.value === null) return null;
  const { version, memory, startedAt, cores } = info.value;
  return (
    <Facts
      facts={[
        ...(machine === null ? [] : machineFacts(machine)),
        { term: 'Windlass', value: version },
        // More than one only while one is not enough; an older server does not say it.
        ...(cores === undefined || cores === 1 ? [] : [{ term: 'Forwards on', value: coresText(cores) }]),
        { term: 'Its own memory', value: size(memory) },
        { term: 'Up for', value: span(Date.now() - startedAt) },
      ]}
    />
  );
}

const coresText = (cores: number) => `${cores} ${cores === 1 ? 'core' : 'cores'}`;

function machineFacts({ facts, vitals }: Machine) {
  const cores = coresText(facts.cores);
  const of = (used: number, all: number) => `${size(used)} of ${size(all)}`;
  return [
    {
      term: 'Processor',
      value: vitals === null ? cores : `${Math.round(vitals.cpu * 100)} % of ${cores}`,
    },
    { term: 'Memory', value: vitals === null ? size(facts.memory) : of(vitals.memory, facts.memory) },
    { term: 'Disk', value: vitals === null ? size(facts.disk) : of(vitals.disk, facts.disk) },
  ];
}
