/** Tells on a server's overview what is no longer as it was set up; says nothing where all is. */

import { useAsked } from '../../app/asked.ts';
import { useDesk } from '../../app/desk.ts';
import { Go } from '../../app/navigation.tsx';
import { Notice } from '../../ui/notice.tsx';

const everyMs = 600_000;

/** Where looking needs a password nothing is asked for here: the setup page does. */
export function DriftNotice({ server: id }: { server: string }) {
  const { host } = useDesk();
  const drifts =
    useAsked('drift', async (signal) => (await host.call('provision.verify', { id }, signal)).drifts, everyMs)
      .value ?? [];
  if (drifts.length === 0) return null;
  const titles = drifts.map(({ title }) => title).join(', ');
  return (
    <Notice
      tone="warn"
      message={`${drifts.length === 1 ? 'One thing is' : `${drifts.length} things are`} no longer as it was set up`}
      hint={titles}
    >
      <Go to={{ kind: 'setup', server: id }}>See and repair</Go>
    </Notice>
  );
}
