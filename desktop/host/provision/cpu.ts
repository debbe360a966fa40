/** Whether there is a file for this processor. */

import { targetOf } from './binary.ts';
import { blocked, done, type Step } from './step.ts';

export const cpu: Step = {
  id: 'cpu',
  title: 'Processor',
  why: 'The right file is chosen by processor and C library.',
  optional: false,
  probe: `
say cpu.machine "$(uname -m)"
case "$(uname -m)" in x86_64) grep -q -m1 sse4_2 /proc/cpuinfo && say cpu.sse42 yes || say cpu.sse42 no;; esac
if ls /lib/ld-musl-* >/dev/null 2>&1; then say cpu.libc musl; else say cpu.libc glibc; fi
`,
  find(facts, { binary, refused }) {
    const machine = facts['cpu.machine'] ?? 'unknown';
    const target = targetOf(machine, facts['cpu.libc'] ?? '');
    if (target === null) {
      return blocked(
        `there is no Windlass for the processor ${machine}`,
        'Choose a server with x86-64 or arm64.',
      );
    }
    if (facts['cpu.sse42'] === 'no') {
      return blocked('the processor is older than 2008 (no SSE4.2)', 'Choose a newer server.');
    }
    if (refused !== null) return blocked(refused.message, refused.hint);
    if (binary === null) {
      return blocked(
        `this desktop has no file for ${target}`,
        'Install the full desktop package, or build it with `npm run build -- --all`.',
      );
    }
    return done(`${machine}, ${facts['cpu.libc']}`);
  },
};
