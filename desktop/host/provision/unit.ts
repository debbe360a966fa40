/** The service: started with the machine, restarted when it ends, closed to what it never needs. */

import { createHash } from 'node:crypto';
import { change } from './run-as-root.ts';
import { done, needed, type Step } from './step.ts';
import { unitText } from './unit-text.ts';

const file = '/etc/systemd/system/windlass.service';

export const unit: Step = {
  id: 'unit',
  title: 'Service',
  why: 'systemd starts Windlass with the machine and whenever it ends; apps keep running when it restarts.',
  optional: false,
  probe: `
say unit.sha256 "$(sha256sum ${file} 2>/dev/null | cut -c1-64)"
say unit.environment "$(cat /etc/windlass/environment 2>/dev/null)"
say unit.enabled "$(systemctl is-enabled windlass 2>/dev/null)"
say unit.active "$(systemctl is-active windlass 2>/dev/null)"
say unit.stale "$(systemctl show windlass --property=NeedDaemonReload --value 2>/dev/null)"
`,
  find(facts, { options }) {
    const wanted = createHash('sha256').update(unitText).digest('hex');
    const wrong = [
      ...(facts['unit.sha256'] === wanted && facts['unit.stale'] !== 'yes' ? [] : ['writes the unit']),
      ...(facts['unit.environment'] === environmentOf(options.domain) ? [] : ['sets the domain']),
      ...(facts['unit.enabled'] === 'enabled' ? [] : ['enables it']),
      ...(facts['unit.active'] === 'active' ? [] : ['starts it']),
    ];
    return wrong.length === 0 ? done('runs, and starts with the machine') : needed(wrong.join(', '));
  },
  async apply(site) {
    const { facts, wish } = site;
    // An installed service whose settings stay as they are is not restarted for a missing link.
    const settled =
      facts['unit.environment'] === environmentOf(wish.options.domain) && facts['unit.active'] === 'active';
    await change(
      site,
      `
install -d -m 755 /etc/windlass
printf '%s' "$1" >${file}.new && mv ${file}.new ${file}
printf '%s\\n' "$2" >/etc/windlass/environment
systemctl daemon-reload
systemctl enable windlass >/dev/null 2>&1
systemctl reset-failed windlass 2>/dev/null || true
if [ "$3" = restart ]; then systemctl restart windlass; else systemctl start windlass; fi
`,
      [
        unitText,
        environmentOf(wish.options.domain),
        settled && facts['unit.sha256'] !== '' ? 'keep' : 'restart',
      ],
    );
  },
  undo: `
label="windlass-$(printf %s /var/lib/windlass | sha256sum | cut -c1-12)"
systemctl disable --now windlass >/dev/null 2>&1
systemctl stop "$label-*.service" "$label-*.scope" 2>/dev/null
rm -f ${file}; rm -rf /etc/windlass
systemctl daemon-reload
`,
};

function environmentOf(domain: string): string {
  return `WINDLASS_DOMAIN=${domain}`;
}
