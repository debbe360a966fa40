/** The colour of an incident's state. */

import type { Incident } from '../../../../shared/uptime/contract.ts';
import type { Tone } from '../../ui/status.tsx';

export const incidentTone: Readonly<Record<Incident['state'], Tone>> = {
  open: 'bad',
  acknowledged: 'warn',
  resolved: 'good',
};
