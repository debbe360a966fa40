/** Calls of models within the same trace. */

import type { Around } from '../../../../shared/errors/contract.ts';
import { clock } from '../../app/amounts.ts';
import { Figure, Section, Table } from '../../ui/page.tsx';

export function ModelCalls({ calls }: { calls: Around['calls'] }) {
  if (calls.length === 0) return null;
  return (
    <Section title="Calls of models">
      <Table
        label="Calls of models in the trace"
        heads={['When', 'Model', 'Provider', 'State', 'Status', 'Took']}
        figures={['Status', 'Took']}
      >
        {calls.map((call) => (
          <tr key={call.id}>
            <td>{clock(call.at)}</td>
            <td>{call.model}</td>
            <td>{call.provider}</td>
            <td>{call.state}</td>
            <Figure>{call.status}</Figure>
            <Figure>{call.totalMs.toLocaleString()} ms</Figure>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
