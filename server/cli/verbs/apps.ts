/** `windlass apps`: every app and how its environments are. */

import type { App, Environment } from '../../../shared/deployer/model.ts';
import { placeText } from '../outcome.ts';
import { stateCell } from '../state-cell.ts';
import { type Cell, renderTable } from '../table.ts';
import type { Verb, VerbContext } from '../verb.ts';

export const apps: Verb = {
  name: 'apps',
  summary: 'list apps',
  usage: ['apps'],
  examples: [
    { what: 'every app', line: 'windlass apps' },
    { what: 'names only', line: "windlass apps --json | jq -r '.apps[].name'" },
  ],
  arguments: [],
  flags: [],
  run: async (context) => {
    const result = await context.control.call('apps.list', {});
    context.show(result, () => appLines(result.apps, context));
    return 0;
  },
};

/** One row an environment; what to do where there is none. */
export function appLines(list: readonly App[], { style, width }: VerbContext): string[] {
  if (list.length === 0) return ['no apps yet: `windlass deploy APP` in a folder makes the first one'];
  const rows = list.flatMap((app) => {
    if (app.environments.length === 0) return [[app.name, '-', '', '', '']];
    return app.environments.map((environment): Cell[] => [
      { text: placeText(app.name, environment.name), paint: style.bold },
      stateCell(environment.state, style),
      environment.liveRelease === null ? '-' : String(environment.liveRelease),
      instancesText(environment),
      environment.urls[0] ?? '',
    ]);
  });
  return renderTable(
    [
      { title: 'app', flexible: true },
      { title: 'state' },
      { title: 'release', right: true },
      { title: 'instances', right: true },
      { title: 'url', flexible: true },
    ],
    rows,
    width,
    style.dim,
  );
}

/** `2/3`: running of wanted; a static release has none. */
function instancesText(environment: Environment): string {
  if (environment.instances.length === 0) return '-';
  const running = environment.instances.filter(
    (instance) => instance.release === environment.liveRelease && instance.state === 'running',
  ).length;
  return `${running}/${environment.scale}`;
}
