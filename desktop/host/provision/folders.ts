/** The folders, and the right of this user to speak to Windlass and nothing else. */

import { change } from './run-as-root.ts';
import { done, needed, type Step } from './step.ts';

/** The wanted text of the rule, as sh writes it. By uid: a name could mean something else to sudo. */
const rule = 'printf "#%s ALL=(root) NOPASSWD: /usr/local/bin/windlass ctl\\n" "$SUDO_UID"';

export const folders: Step = {
  id: 'folders',
  title: 'Folders and access',
  why: 'Data lies in /var/lib/windlass, closed to everybody else. Without root login, this user may open the control channel.',
  optional: false,
  probe: `
say folders.data "$(stat -c '%a %U' /var/lib/windlass 2>/dev/null)"
say folders.program "$(stat -c '%a %U' /usr/local/lib/windlass 2>/dev/null)"
if [ -n "\${SUDO_UID:-}" ]; then
  [ "$(cat "/etc/sudoers.d/windlass-$SUDO_UID" 2>/dev/null)" = "$(${rule})" ] && say folders.rule yes || say folders.rule no
else say folders.rule yes; fi
`,
  find(facts) {
    const wrong = [
      ...(facts['folders.data'] === '700 root' ? [] : ['/var/lib/windlass']),
      ...(facts['folders.program'] === '755 root' ? [] : ['/usr/local/lib/windlass']),
      ...(facts['folders.rule'] === 'yes' ? [] : ['the rule for sudo']),
    ];
    return wrong.length === 0 ? done('as they should be') : needed(`makes ${wrong.join(', ')}`);
  },
  async apply(site) {
    await change(
      site,
      `
install -d -m 700 -o root -g root /var/lib/windlass
install -d -m 755 -o root -g root /usr/local/lib/windlass
if [ -n "\${SUDO_UID:-}" ]; then
  fresh=$(mktemp /run/windlass-rule.XXXXXX)
  ${rule} >"$fresh"
  visudo -c -q -f "$fresh"
  install -m 440 -o root -g root "$fresh" "/etc/sudoers.d/windlass-$SUDO_UID"
  rm -f "$fresh"
fi
`,
    );
  },
  undo: 'rm -f /etc/sudoers.d/windlass-*; rm -rf /usr/local/lib/windlass',
};
