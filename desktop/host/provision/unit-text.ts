/** The text of `resources/systemd/windlass.service`, which travels with the desktop; a test keeps the two the same. */

export const unitText = `[Unit]
Description=Windlass: edge proxy and deployments
Documentation=man:systemd.service(5)
After=network-online.target local-fs.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=/usr/local/lib/windlass/windlass serve --domain \${WINDLASS_DOMAIN}
Environment=WINDLASS_DOMAIN=localhost
EnvironmentFile=-/etc/windlass/environment
Restart=always
RestartSec=1
# Instances outlive the server: only it is stopped, and the next start adopts them.
KillMode=process
# An upgrade names its successor as the process to watch.
NotifyAccess=all
TimeoutStopSec=30
RuntimeDirectory=windlass
RuntimeDirectoryMode=0700
StateDirectory=windlass
StateDirectoryMode=0700
LimitNOFILE=1048576
OOMScoreAdjust=-500
# It makes units, users and control groups for apps, so it stays root; what it never needs is closed.
ProtectHome=read-only
ProtectClock=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectHostname=yes
RestrictRealtime=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK

[Install]
WantedBy=multi-user.target
`;
