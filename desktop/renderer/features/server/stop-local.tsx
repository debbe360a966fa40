/** Ends the server of this computer, where this desktop started it. */

import { useState } from 'react';
import { useAction, useAsked } from '../../app/asked.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Notice } from '../../ui/notice.tsx';

export function StopLocal() {
  const { host } = useDesk();
  const { running, error, run } = useAction();
  const [asking, setAsking] = useState(false);
  const status = useAsked('local', (signal) => host.call('local.status', {}, signal)).value;
  // One that somebody else started has no process here to end.
  if (status?.kind !== 'running' || status.pid === 0) return null;
  return (
    <>
      <Button onClick={() => setAsking(true)}>Stop it</Button>
      <Confirm
        open={asking}
        title="Stop the server of this computer?"
        action="Stop it"
        busy={running}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          run(async () => {
            await host.call('local.stop', {});
            setAsking(false);
          })
        }
      >
        Its apps end with it. Their data and releases stay, and come back when it is started again.
        {error && <Notice message={error.message} hint={error.hint} />}
      </Confirm>
    </>
  );
}
