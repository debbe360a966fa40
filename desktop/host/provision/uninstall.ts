/** Takes Windlass away again, step by step from the last to the first. Apps' data stay unless told otherwise. */

import type { Provisioned, StepEvent, StepId } from '../../../shared/desktop/provision.ts';
import { change } from './run-as-root.ts';
import type { Site } from './step.ts';
import { steps } from './steps.ts';

export async function uninstallServer(
  site: Site,
  data: 'keep' | 'remove',
  emit: (event: StepEvent) => void,
  now: () => number,
): Promise<Provisioned> {
  const from = now();
  const changed: StepId[] = [];
  for (const { id, title, undo } of [...steps].reverse()) {
    if (undo === undefined) continue;
    const begun = now();
    emit({ kind: 'started', step: id, title });
    // Something that is gone already is no reason to stop.
    await change(site, `set +e\n${undo}\ntrue`);
    changed.push(id);
    emit({ kind: 'ended', step: id, changed: true, tookMs: now() - begun, message: 'taken away' });
  }
  if (data === 'remove') await change(site, 'rm -rf /var/lib/windlass');
  const message =
    data === 'remove'
      ? 'Windlass and all its data are gone'
      : 'Windlass is gone; the data of its apps are still in /var/lib/windlass';
  return { changed, tookMs: now() - from, message };
}
