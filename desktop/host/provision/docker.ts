/** Docker from the system's own packages; only where the person wants it. */

import { change } from './run-as-root.ts';
import { done, needed, type Step, skipped } from './step.ts';

export const docker: Step = {
  id: 'docker',
  title: 'Docker',
  why: 'For apps that are images or bring a Dockerfile. Others need none.',
  optional: true,
  probe: `say docker.version "$(docker version -f '{{.Server.Version}}' 2>/dev/null)"`,
  find(facts, { options }) {
    const version = facts['docker.version'] ?? '';
    if (version !== '') return done(`version ${version}`);
    return options.docker ? needed('installs docker.io') : skipped('not chosen');
  },
  async apply(site) {
    await change(
      site,
      `
export DEBIAN_FRONTEND=noninteractive
command -v dockerd >/dev/null || {
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends docker.io >/dev/null
}
systemctl enable --now docker >/dev/null 2>&1
docker version -f '{{.Server.Version}}' >/dev/null
`,
    );
  },
};
