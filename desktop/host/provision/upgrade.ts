/** Replaces the server's file: handed over where the server can, else by a restart. The old one is put back where the new one does not answer. */

import type { StepEvent, StepId } from '../../../shared/desktop/provision.ts';
import { WindlassError } from '../../../shared/errors.ts';
import { programFolder, sendBinary } from './binary-step.ts';
import { handOver } from './hand-over.ts';
import { health } from './health.ts';
import { change } from './run-as-root.ts';
import type { Site } from './step.ts';
import { surveyScript } from './survey.ts';

export interface Upgraded {
  from: string;
  to: string;
  outcome: 'upgraded' | 'unchanged' | 'went-back';
  /** How the server came from one to the other; a restart is what is left where it cannot hand over. */
  way: 'handed-over' | 'restarted' | 'none';
  /** Why it went back, where the server says so; empty otherwise. */
  why: string;
}

/** For a server that cannot hand over. The whole swap is one script: it comes to its end, or back, also when the line is cut meanwhile. */
const swapScript = `
look() {
${surveyScript([health])}
}
restarts() { systemctl show windlass -p NRestarts --value; }
answers() {
  before=$(restarts)
  until=$(( $(date +%s) + 20 ))
  while [ "$(date +%s)" -lt "$until" ]; do
    seen=$(look)
    case "$seen" in *health.http=404*health.control=yes*) return 0;; esac
    # A file that ends again and again will not come to answer.
    [ "$(restarts)" -lt $(( before + 3 )) ] || return 1
    sleep 0.25
  done
  return 1
}
cd ${programFolder}
mv windlass.next windlass
systemctl restart windlass || true
if answers; then echo upgraded; exit 0; fi
cp --preserve=all windlass.old windlass.back
mv windlass.back windlass
systemctl restart windlass || true
answers || { echo 'neither the new nor the old file answers' >&2; exit 1; }
echo went-back
`;

/** `emit` tells of the file on its way, and of the change. Throws `WindlassError`. */
export async function upgradeServer(
  site: Site,
  emit: (event: StepEvent) => void,
  now: () => number,
): Promise<Upgraded> {
  const { binary, refused } = site.wish;
  if (refused !== null) throw new WindlassError('failed', refused.message, { hint: refused.hint });
  if (binary === null) throw new WindlassError('not-found', 'this desktop has no file for that server');
  if ((site.facts['binary.sha256'] ?? '') === '') {
    throw new WindlassError('conflict', 'Windlass is not installed on this server', {
      hint: 'Set it up first.',
    });
  }
  const from = await versionOf(site);
  const to = binary.version;
  if (site.facts['binary.sha256'] === binary.sha256) {
    return { from, to, outcome: 'unchanged', way: 'none', why: '' };
  }
  const step = async <T>(id: StepId, title: string, work: () => Promise<T>): Promise<T> => {
    const begun = now();
    emit({ kind: 'started', step: id, title });
    const made = await work();
    emit({ kind: 'ended', step: id, changed: true, tookMs: now() - begun, message: '' });
    return made;
  };
  await step('binary', `Version ${to}`, () => sendBinary(site, binary, 'windlass.next'));
  const handedOver = await step('health', 'Hand over to it', () => handOver(site));
  switch (handedOver.kind) {
    case 'upgraded':
      return { from, to, outcome: 'upgraded', way: 'handed-over', why: '' };
    case 'went-back':
      return { from, to, outcome: 'went-back', way: 'handed-over', why: handedOver.why };
    case 'cannot': {
      const said = await step('unit', 'Restart with it', () => change(site, swapScript));
      const outcome = said.trim().endsWith('went-back') ? 'went-back' : 'upgraded';
      return { from, to, outcome, way: 'restarted', why: '' };
    }
  }
}

async function versionOf({ remote }: Site): Promise<string> {
  const { out } = await remote.runAsRoot(`${programFolder}/windlass version --json 2>/dev/null`);
  return /"client":"([^"]*)"/.exec(out)?.[1] ?? 'unknown';
}
