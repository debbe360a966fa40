/** Who holds the ports of the web. */

import { blocked, done, type Step } from './step.ts';

export const ports: Step = {
  id: 'ports',
  title: 'Ports 80 and 443',
  why: 'Visitors arrive there; no other server may hold them.',
  optional: false,
  probe: `
say ports.taken "$(ss -Hltnp 2>/dev/null | awk '{n=split($4,a,":"); if (a[n]=="80" || a[n]=="443") print a[n] "/" $6}' | sort -u | tr '\\n' ' ')"
`,
  find(facts) {
    const taken = holdersOf(facts['ports.taken'] ?? '').filter(({ name }) => name !== 'windlass');
    const [first] = taken;
    if (first === undefined) return done('free, or held by Windlass');
    const names = [...new Set(taken.map(({ name }) => name))].join(', ');
    return blocked(
      `port ${[...new Set(taken.map(({ port }) => port))].join(' and ')} is held by ${names}`,
      `Stop it first, e.g. \`systemctl disable --now ${first.name}\`, and deploy what it serves as an app.`,
    );
  },
};

/** From `80/users:(("nginx",pid=1,fd=6))` words. */
export function holdersOf(text: string): { port: string; name: string }[] {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => {
      const [, port = '', rest = ''] = /^(\d+)\/(.*)$/.exec(word) ?? [];
      return { port, name: /\(\("([^"]+)"/.exec(rest)?.[1] ?? 'another program' };
    });
}
