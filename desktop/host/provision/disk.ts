/** Room for the file and for the first apps. */

import { bytesText } from '../../../shared/bytes-text.ts';
import { blocked, done, type Step } from './step.ts';

/** The file, its predecessor kept for the way back, and a first build. */
const leastMb = 1000;

export const disk: Step = {
  id: 'disk',
  title: 'Disk',
  why: `Needs ${leastMb} MB for the file and a first app.`,
  optional: false,
  probe: `
mkdir_parent() { p=$1; while [ ! -d "$p" ]; do p=$(dirname "$p"); done; echo "$p"; }
for p in /usr/local/lib /var/lib; do
  say "disk.$p" "$(df -Pk "$(mkdir_parent "$p")" | awk 'NR==2 {print int($4/1024)}')"
done
`,
  find(facts) {
    const free = ['/usr/local/lib', '/var/lib'].map((path) => ({
      path,
      mb: Number(facts[`disk.${path}`] ?? Number.NaN),
    }));
    const short = free.find(({ mb }) => !(mb >= leastMb));
    if (short !== undefined) {
      const found = Number.isNaN(short.mb) ? 'an unknown amount' : `${short.mb} MB`;
      return blocked(
        `${found} free on the disk of ${short.path}, ${leastMb} MB needed`,
        'Free some space (`apt-get clean`, old logs), or choose a larger disk.',
      );
    }
    return done(`${bytesText(Math.min(...free.map(({ mb }) => mb)) * 1024 ** 2)} free`);
  },
};
