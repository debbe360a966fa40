/** How each kind of firewall is told which ports are open. */

export const ownFirewallFile = '/etc/windlass/firewall.nft';
export const ownFirewallUnit = '/etc/systemd/system/windlass-firewall.service';
const nftablesFile = '/etc/nftables.conf';
const mark = '# opened by Windlass';

/** Arguments: ports. */
export const openInUfw = 'for port; do ufw allow "$port/tcp" >/dev/null; done';

/**
 * Arguments: family, table, chain, ports. A drop in any chain is final, so the rule has to stand in the chain that drops;
 * it is kept in the file that the system loads, where that file makes this chain.
 */
export const openInNftables = `
rule="insert rule $1 $2 $3 tcp dport { $4 } accept comment \\"windlass\\""
echo "$rule" | nft -f -
if [ -f ${nftablesFile} ] && ! grep -qF '${mark}' ${nftablesFile}; then
  fresh=$(mktemp ${nftablesFile}.XXXXXX)
  cp --preserve=all ${nftablesFile} "$fresh"
  printf '%s\\n%s\\n' '${mark}' "$rule" >>"$fresh"
  if nft -c -f "$fresh" 2>/dev/null; then mv "$fresh" ${nftablesFile}; else rm -f "$fresh"; fi
fi
`;

export const takeFromNftables = `
if command -v nft >/dev/null 2>&1; then
  sed -i '\\|^${mark}$|,+1d' ${nftablesFile} 2>/dev/null
  nft -a list ruleset 2>/dev/null | awk '
    $1=="table" {table=$2 " " $3}
    $1=="chain" {chain=$2}
    /comment "windlass"/ {print "delete rule", table, chain, "handle", $NF}' | nft -f - 2>/dev/null
fi
`;

/**
 * Argument: ports. What is under way, this machine itself, ICMP (1, 58: a small Debian knows no names of protocols) and
 * its own address (DHCP) stay as they are.
 */
export const closeOwnFirewall = `
export DEBIAN_FRONTEND=noninteractive
command -v nft >/dev/null || { apt-get update -qq; apt-get install -y -qq --no-install-recommends nftables >/dev/null; }
install -d -m 755 /etc/windlass
cat >${ownFirewallFile}.new <<END
table inet windlass
delete table inet windlass
table inet windlass {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    ct state invalid drop
    iif lo accept
    meta l4proto { 1, 58 } accept
    udp dport { 68, 546 } accept
    tcp dport { $1 } accept
  }
}
END
nft -c -f ${ownFirewallFile}.new
mv ${ownFirewallFile}.new ${ownFirewallFile}
cat >${ownFirewallUnit} <<'END'
[Unit]
Description=Windlass: only ssh and the web are open
DefaultDependencies=no
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target
After=local-fs.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=nft -f ${ownFirewallFile}
ExecStop=nft delete table inet windlass

[Install]
WantedBy=sysinit.target
END
systemctl daemon-reload
systemctl enable windlass-firewall >/dev/null 2>&1
systemctl restart windlass-firewall
`;
