/** Why the control socket does not answer while ssh does. */

import type { ControlCause } from '../../shared/desktop/connection.ts';
import type { Remote } from './remote.ts';

export interface ControlFault {
  cause: ControlCause;
  message: string;
  hint: string;
}

const script = `
if [ ! -x /usr/local/lib/windlass/windlass ]; then echo not-installed
elif [ "$(systemctl is-active windlass 2>/dev/null)" != active ]; then echo stopped
elif [ "$(id -u)" != 0 ] && ! sudo -n -l /usr/local/bin/windlass ctl >/dev/null 2>&1; then echo forbidden
else echo no-answer
fi
`;

export async function diagnose(remote: Remote): Promise<ControlFault> {
  const { out } = await remote.run(script);
  switch (out.trim()) {
    case 'not-installed':
      return {
        cause: 'not-installed',
        message: 'Windlass is not installed on this server yet',
        hint: 'Set the server up; every step is shown before it is done.',
      };
    case 'stopped':
      return {
        cause: 'stopped',
        message:
          'the Windlass service does not run; apps that were running may still answer only after it does',
        hint: '`journalctl -u windlass` on the server tells why; a repair starts it.',
      };
    case 'forbidden':
      return {
        cause: 'forbidden',
        message: 'this user may not speak to Windlass on the server',
        hint: 'Set the server up again as this user, or connect as root.',
      };
    default:
      return {
        cause: 'no-answer',
        message: 'the Windlass service runs and does not answer',
        hint: 'It may be starting. If this stays, look at `journalctl -u windlass` on the server.',
      };
  }
}
