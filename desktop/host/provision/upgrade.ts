/** Replaces the server's file, and puts the old one back where the new one does not answer. */

import { WindlassError } from '../../../shared/errors.ts';
import { programFolder, sendBinary } from './binary-step.ts';
import { health } from './health.ts';
import { change } from './run-as-root.ts';
import type { Site } from './step.ts';
import { surveyScript } from './survey.ts';

export interface Upgraded {
  from: string;
  to: string;
  outcome: 'upgraded' | 'unchanged' | 'went-back';
}

/** The whole swap is one script: it comes to its end, or back, also when the line is cut meanwhile. */
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
old=$(sha256sum windlass | cut -c1-64)
cp --preserve=all windlass windlass.old.new
sync windlass.old.new
mv windlass.old.new windlass.old
mv windlass.next windlass
systemctl restart windlass || true
if answers; then echo upgraded; exit 0; fi
cp --preserve=all windlass.old windlass.back
mv windlass.back windlass
systemctl restart windlass || true
answers || { echo 'neither the new nor the old file answers' >&2; exit 1; }
echo went-back
`;

export async function upgradeServer(site: Site): Promise<Upgraded> {
  const { binary, refused } = site.wish;
  if (refused !== null) throw new WindlassError('failed', refused.message, { hint: refused.hint });
  if (binary === null) throw new WindlassError('not-found', 'this desktop has no file for that server');
  if ((site.facts['binary.sha256'] ?? '') === '') {
    throw new WindlassError('conflict', 'Windlass is not installed on this server', {
      hint: 'Set it up first.',
    });
  }
  const from = await versionOf(site);
  if (site.facts['binary.sha256'] === binary.sha256) {
    return { from, to: binary.version, outcome: 'unchanged' };
  }
  await sendBinary(site, binary, 'windlass.next');
  const said = await change(site, swapScript);
  const outcome = said.trim().endsWith('went-back') ? 'went-back' : 'upgraded';
  return { from, to: binary.version, outcome };
}

async function versionOf({ remote }: Site): Promise<string> {
  const { out } = await remote.runAsRoot(`${programFolder}/windlass version --json 2>/dev/null`);
  return /"client":"([^"]*)"/.exec(out)?.[1] ?? 'unknown';
}
