/** Every verb, in the order help lists them. */

import type { Verb } from './verb.ts';
import { ai } from './verbs/ai.ts';
import { analytics } from './verbs/analytics.ts';
import { apps } from './verbs/apps.ts';
import { certs } from './verbs/certs.ts';
import { checks } from './verbs/checks.ts';
import { completion } from './verbs/completion.ts';
import { cron } from './verbs/cron.ts';
import { ctl } from './verbs/ctl.ts';
import { deploy } from './verbs/deploy.ts';
import { deployments } from './verbs/deployments.ts';
import { doctor } from './verbs/doctor.ts';
import { domains } from './verbs/domains.ts';
import { env } from './verbs/env.ts';
import { exportVerb } from './verbs/export.ts';
import { help } from './verbs/help.ts';
import { importVerb } from './verbs/import.ts';
import { incidents } from './verbs/incidents.ts';
import { issues } from './verbs/issues.ts';
import { logs } from './verbs/logs.ts';
import { maintenance } from './verbs/maintenance.ts';
import { metrics } from './verbs/metrics.ts';
import { notify } from './verbs/notify.ts';
import { notifyRules } from './verbs/notify-rules.ts';
import { pause } from './verbs/pause.ts';
import { promote } from './verbs/promote.ts';
import { registry } from './verbs/registry.ts';
import { remove } from './verbs/remove.ts';
import { replays } from './verbs/replays.ts';
import { requests } from './verbs/requests.ts';
import { restart } from './verbs/restart.ts';
import { resume } from './verbs/resume.ts';
import { rollback } from './verbs/rollback.ts';
import { rules } from './verbs/rules.ts';
import { run } from './verbs/run.ts';
import { scale } from './verbs/scale.ts';
import { serve } from './verbs/serve.ts';
import { shell } from './verbs/shell.ts';
import { start } from './verbs/start.ts';
import { status } from './verbs/status.ts';
import { statusPage } from './verbs/status-page.ts';
import { stop } from './verbs/stop.ts';
import { trust } from './verbs/trust.ts';
import { upgrade } from './verbs/upgrade.ts';
import { version } from './verbs/version.ts';
import { vitals } from './verbs/vitals.ts';

export const verbs: readonly Verb[] = [
  serve,
  deploy,
  apps,
  status,
  deployments,
  logs,
  rollback,
  promote,
  restart,
  stop,
  start,
  remove,
  scale,
  env,
  registry,
  domains,
  rules,
  trust,
  certs,
  requests,
  metrics,
  cron,
  analytics,
  issues,
  replays,
  run,
  shell,
  exportVerb,
  importVerb,
  pause,
  resume,
  checks,
  incidents,
  maintenance,
  statusPage,
  notify,
  notifyRules,
  ai,
  doctor,
  vitals,
  upgrade,
  version,
  completion,
  ctl,
  help,
];
