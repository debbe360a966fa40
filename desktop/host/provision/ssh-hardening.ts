/** No more passwords over ssh; only where the person wants it, and never where that would lock them out. */

import { change } from './run-as-root.ts';
import { blocked, done, needed, type Step, skipped } from './step.ts';

const file = '/etc/ssh/sshd_config.d/01-windlass.conf';

export const sshHardening: Step = {
  id: 'ssh-hardening',
  title: 'SSH without passwords',
  why: 'Passwords are guessed all day long; keys are not.',
  optional: true,
  probe: `
say ssh.password "$(sshd -T 2>/dev/null | awk '$1=="passwordauthentication" {print $2}')"
say ssh.root "$(sshd -T 2>/dev/null | awk '$1=="permitrootlogin" {print $2}')"
grep -qis '^ *include */etc/ssh/sshd_config.d' /etc/ssh/sshd_config && say ssh.include yes || say ssh.include no
`,
  find(facts, { options, passwordLogin }) {
    if (!options.sshHardening) return skipped('not chosen');
    const hard = ['without-password', 'prohibit-password', 'no'].includes(facts['ssh.root'] ?? '');
    if (facts['ssh.password'] === 'no' && hard) return done('keys only');
    if (passwordLogin) {
      return blocked(
        'you log in with a password, and would lock yourself out',
        'Put your key on the server, connect with it, and choose this again; or leave it out.',
      );
    }
    if (facts['ssh.include'] !== 'yes') return skipped('this sshd reads no sshd_config.d');
    return needed('forbids passwords, and root with a password');
  },
  async apply(site) {
    await change(
      site,
      `
printf 'PasswordAuthentication no\\nKbdInteractiveAuthentication no\\nPermitRootLogin prohibit-password\\n' >${file}
if ! sshd -t; then rm -f ${file}; echo 'sshd did not accept the setting; it was taken back' >&2; exit 1; fi
systemctl reload ssh 2>/dev/null || systemctl reload sshd
`,
    );
  },
  undo: `if [ -e ${file} ]; then rm -f ${file}; systemctl reload ssh 2>/dev/null || systemctl reload sshd; fi`,
};
