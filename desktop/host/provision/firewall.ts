/** The ports of the web through a firewall that is already there; the ssh port in use stays open first of all. */

import { change } from './run-as-root.ts';
import { done, needed, type Step, skipped } from './step.ts';

export const firewall: Step = {
  id: 'firewall',
  title: 'Firewall',
  why: 'Visitors need ports 80 and 443; the way in by ssh must stay open.',
  optional: false,
  probe: `
if command -v ufw >/dev/null 2>&1; then
  say firewall.ufw "$(ufw status 2>/dev/null | awk 'NR==1 {print $2}')"
  say firewall.rules "$(ufw status 2>/dev/null | awk '$2=="ALLOW" {print $1}' | sort -u | tr '\\n' ' ')"
fi
if command -v nft >/dev/null 2>&1; then
  nft list ruleset 2>/dev/null | grep -q 'hook input.*policy drop' && say firewall.drop yes || say firewall.drop no
fi
say firewall.ssh "$(ss -Hltnp 2>/dev/null | awk '/"sshd"/ {n=split($4,a,":"); print a[n]}' | sort -u | tr '\\n' ' ')"
`,
  find(facts) {
    if (facts['firewall.ufw'] === 'active') {
      const allowed = (facts['firewall.rules'] ?? '').split(' ');
      const missing = [...sshPorts(facts), '80', '443'].filter(
        (port) => !allowed.includes(`${port}/tcp`) && !allowed.includes(port),
      );
      return missing.length === 0 ? done('open') : needed(`opens ${missing.join(', ')} in ufw`);
    }
    if (facts['firewall.drop'] === 'yes') {
      return skipped(
        'its own rules drop what they do not name: add 80 and 443 to them, if they are not there',
      );
    }
    return skipped('none is active; use the one of your provider, or ufw');
  },
  async apply(site) {
    // ssh first: whatever happens after it, the way in stays open.
    await change(site, 'for port; do ufw allow "$port/tcp" >/dev/null; done', [
      ...sshPorts(site.facts),
      '80',
      '443',
    ]);
  },
};

function sshPorts(facts: { readonly [name: string]: string }): string[] {
  const found = (facts['firewall.ssh'] ?? '').split(' ').filter((port) => /^\d+$/.test(port));
  return found.length === 0 ? ['22'] : found;
}
