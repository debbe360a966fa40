/** The first request through the proxy: only an answer counts, not a unit that is said to run. */

import { WindlassError } from '../../../shared/errors.ts';
import { programFolder } from './binary-step.ts';
import { cutOff } from './run-as-root.ts';
import { done, needed, type Step } from './step.ts';

/** The proxy knows no such host, so its own plain 404 page proves that it is Windlass who answers. */
const ask = `BUN_BE_BUN=1 ${programFolder}/windlass -e 'fetch("http://127.0.0.1:80/",{headers:{host:"windlass-health.invalid"},signal:AbortSignal.timeout(2000)}).then(r=>console.log(r.status),()=>console.log("none"))' 2>/dev/null`;

export const health: Step = {
  id: 'health',
  title: 'First answer',
  why: 'Asks port 80 as a visitor would, and the control channel as the desktop does.',
  optional: false,
  probe: `
if [ -x ${programFolder}/windlass ] && [ "$(systemctl is-active windlass 2>/dev/null)" = active ]; then
  say health.http "$(${ask})"
  ${programFolder}/windlass status >/dev/null 2>&1 && say health.control yes || say health.control no
fi
say health.socket "$(stat -c '%a %U' /run/windlass/control.sock 2>/dev/null)"
`,
  find(facts) {
    const answers = facts['health.http'] === '404' && facts['health.control'] === 'yes';
    if (answers && facts['health.socket'] === '600 root')
      return done('port 80 and the control channel answer');
    return needed('waits until it answers');
  },
  async apply({ remote }) {
    const { code, out } = await remote.runAsRoot(`
for i in $(seq 1 60); do
  if [ "$(${ask})" = 404 ] && ${programFolder}/windlass status >/dev/null 2>&1; then echo answers; exit 0; fi
  systemctl is-active windlass >/dev/null 2>&1 || [ "$i" -lt 5 ] || break
  sleep 0.25
done
journalctl -u windlass -n 5 -o cat --no-pager 2>/dev/null
`);
    if (out.startsWith('answers')) return;
    if (code === null) throw cutOff();
    throw new WindlassError('failed', `Windlass was started and does not answer: ${out.trim().slice(-500)}`, {
      hint: '`journalctl -u windlass` on the server has the whole story.',
    });
  },
};
