/** The ports of the web through the firewall that is there, or one of our own; the ssh port in use stays open first of all. */

import {
  closeOwnFirewall,
  openInNftables,
  openInUfw,
  ownFirewallFile,
  ownFirewallUnit,
  takeFromNftables,
} from './firewall-scripts.ts';
import { change } from './run-as-root.ts';
import { done, type Facts, needed, type Step, skipped, type Wish } from './step.ts';

/** Which firewall decides what comes in. */
type Firewall =
  | { kind: 'ufw'; open: string[] }
  /** A chain of somebody else's that drops what it does not name, as `family table chain`. */
  | { kind: 'nftables'; chain: string; open: string[] }
  | { kind: 'own'; open: string[]; kept: boolean }
  | { kind: 'wanted' }
  | { kind: 'none' };

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
  dropping=$(nft list ruleset 2>/dev/null | awk '
    $1=="table" {table=$2 " " $3}
    $1=="chain" {chain=$2}
    /hook input/ && /policy drop/ && table!="inet windlass" {print table, chain; exit}')
  ports() { awk '/tcp dport/ && /accept/ {gsub(/[{},]/, " "); for (i=1; i<=NF; i++) if ($i ~ /^[0-9]+$/) print $i}' | sort -un | tr '\\n' ' '; }
  say firewall.chain "$dropping"
  # A family, a table and a chain are three words.
  [ -z "$dropping" ] || say firewall.open "$(nft list chain $dropping 2>/dev/null | ports)"
  if nft list table inet windlass >/dev/null 2>&1; then
    say firewall.own "$(nft list chain inet windlass input 2>/dev/null | ports)"
  fi
fi
[ "$(systemctl is-enabled windlass-firewall 2>/dev/null)" = enabled ] && [ -s ${ownFirewallFile} ] && [ -s ${ownFirewallUnit} ] && say firewall.kept yes || say firewall.kept no
say firewall.ssh "$( { ss -Hltnp 2>/dev/null | awk '/"sshd"/ {n=split($4,a,":"); print a[n]}'; sshd -T 2>/dev/null | awk '$1=="port" {print $2}'; } | sort -un | tr '\\n' ' ')"
say firewall.others "$(ss -Hltnp 2>/dev/null | awk '$4 !~ /^(127\\.|\\[::1\\])/ {n=split($4,a,":"); split($6,b,"\\""); print a[n] "/" b[2]}' | sort -u | tr '\\n' ' ')"
`,
  find(facts, wish) {
    const wanted = [...sshPorts(facts), '80', '443'];
    const at = firewallOf(facts, wish);
    switch (at.kind) {
      case 'ufw': {
        const missing = wanted.filter((port) => !at.open.includes(`${port}/tcp`) && !at.open.includes(port));
        return missing.length === 0 ? done('open in ufw') : needed(`opens ${missing.join(', ')} in ufw`);
      }
      case 'nftables': {
        const missing = wanted.filter((port) => !at.open.includes(port));
        return missing.length === 0
          ? done(`open in ${at.chain}`)
          : needed(`opens ${missing.join(', ')} in nftables, ${at.chain}`);
      }
      case 'own':
        return at.kept && sameSet(at.open, wanted)
          ? done(`only ${wanted.join(', ')} are open`)
          : needed(`closes every port but ${wanted.join(', ')}`);
      case 'wanted':
        return needed(`closes every port but ${wanted.join(', ')}${closing(facts, wanted)}`);
      case 'none':
        return skipped('none is active, and none was chosen');
    }
  },
  async apply(site) {
    const { facts, wish } = site;
    // ssh first: whatever happens after it, the way in stays open.
    const wanted = [...sshPorts(facts), '80', '443'];
    const at = firewallOf(facts, wish);
    switch (at.kind) {
      case 'ufw':
        await change(site, openInUfw, wanted);
        return;
      case 'nftables':
        await change(site, openInNftables, [...at.chain.split(' '), wanted.join(', ')]);
        return;
      case 'own':
      case 'wanted':
        await change(site, closeOwnFirewall, [wanted.join(', ')]);
        return;
      case 'none':
    }
  },
  undo: `
if [ -e ${ownFirewallUnit} ]; then
  systemctl disable --now windlass-firewall >/dev/null 2>&1
  rm -f ${ownFirewallUnit} ${ownFirewallFile}
  nft delete table inet windlass 2>/dev/null
fi
${takeFromNftables}
`,
};

function firewallOf(facts: Facts, { options }: Pick<Wish, 'options'>): Firewall {
  const words = (name: string) => (facts[name] ?? '').split(' ').filter(Boolean);
  if (facts['firewall.ufw'] === 'active') return { kind: 'ufw', open: words('firewall.rules') };
  const chain = facts['firewall.chain'] ?? '';
  if (chain !== '') return { kind: 'nftables', chain, open: words('firewall.open') };
  if (facts['firewall.own'] !== undefined) {
    return { kind: 'own', open: words('firewall.own'), kept: facts['firewall.kept'] === 'yes' };
  }
  return { kind: options.firewall ? 'wanted' : 'none' };
}

function sshPorts(facts: Facts): string[] {
  const found = (facts['firewall.ssh'] ?? '').split(' ').filter((port) => /^\d+$/.test(port));
  return found.length === 0 ? ['22'] : found;
}

/** What listens now and would no longer be reached, so that nobody is surprised. */
function closing(facts: Facts, open: readonly string[]): string {
  const others = (facts['firewall.others'] ?? '')
    .split(' ')
    .map((word) => word.split('/'))
    .filter(([port = '']) => /^\d+$/.test(port) && !open.includes(port))
    .map(([port, name]) => (name ? `${port} (${name})` : `${port}`));
  return others.length === 0 ? '' : `; what listens on ${others.join(', ')} is no longer reached`;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === new Set(b).size && b.every((each) => a.includes(each));
}
