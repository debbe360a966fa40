/** What a status page says, from what is known. Pure. Nothing internal is on it: no address, no answer, no unpublished word. */

import type { StatusPage } from '../../shared/status/page.ts';
import type { IncidentFact, StatusFacts } from './facts.ts';

export type ComponentState = 'up' | 'impaired' | 'down' | 'maintenance' | 'unknown';

export interface PageModel {
  readonly title: string;
  readonly about: string;
  readonly state: ComponentState;
  readonly groups: readonly { readonly name: string; readonly components: readonly ComponentModel[] }[];
  readonly open: readonly IncidentModel[];
  readonly past: readonly IncidentModel[];
  readonly maintenance: readonly { readonly title: string; readonly from: number; readonly to: number }[];
  readonly subscribe: boolean;
  readonly madeAt: number;
}

export interface ComponentModel {
  readonly name: string;
  readonly state: ComponentState;
  /** Percent over 90 days; null where nothing is known. */
  readonly uptime: number | null;
  /** Share of good results a day, 0 to 1; null where nothing is known. The oldest first. */
  readonly days: readonly { readonly at: number; readonly share: number | null }[];
}

export interface IncidentModel {
  readonly id: number;
  readonly title: string;
  readonly openedAt: number;
  readonly resolvedAt: number | null;
  readonly updates: readonly { readonly at: number; readonly text: string }[];
}

const pastMs = 14 * 86_400_000;
const shownIncidents = 50;

export function pageModel(page: StatusPage, facts: StatusFacts, now: number): PageModel {
  const statuses = new Map(facts.checks().map(({ id, status }) => [id, status]));
  const components = page.components.map((component) => ({
    group: component.group,
    model: componentModel(component, statuses, facts),
  }));
  const names = [...new Set(components.map(({ group }) => group))];
  const shown = (incident: IncidentFact): IncidentModel[] => {
    const name = nameFor(page, incident);
    if (name === null) return [];
    const { id, openedAt, resolvedAt } = incident;
    return [{ id, title: name, openedAt, resolvedAt, updates: facts.updates(id) }];
  };
  const incidents = facts.incidents();
  const past = incidents.filter(({ resolvedAt }) => resolvedAt !== null && now - resolvedAt < pastMs);
  const own = new Set(page.components.flatMap(({ checks }) => checks));
  return {
    title: page.title,
    about: page.about,
    state: overall(components.map(({ model }) => model.state)),
    groups: names.map((name) => ({
      name,
      components: components.filter(({ group }) => group === name).map(({ model }) => model),
    })),
    open: incidents
      .filter(({ resolvedAt }) => resolvedAt === null)
      .flatMap(shown)
      .slice(0, shownIncidents),
    past: past.flatMap(shown).slice(0, shownIncidents),
    maintenance: facts
      .maintenance()
      .filter(({ checks }) => checks.length === 0 || checks.some((check) => own.has(check)))
      .map(({ title, from, to }) => ({ title, from, to })),
    subscribe: page.subscribe && page.address !== null,
    madeAt: now,
  };
}

/** What an incident is called on the page; null where it is none of the page's. */
export function nameFor(page: StatusPage, incident: IncidentFact): string | null {
  const { check } = incident;
  if (check === null) return incident.title;
  const component = page.components.find(({ checks }) => checks.includes(check));
  return component === undefined ? null : `${component.name}: trouble`;
}

function overall(states: readonly ComponentState[]): ComponentState {
  const known = states.filter((state) => state !== 'unknown');
  if (known.length === 0) return 'unknown';
  if (known.every((state) => state === 'down')) return 'down';
  if (known.some((state) => state === 'down' || state === 'impaired')) return 'impaired';
  return known.some((state) => state === 'maintenance') ? 'maintenance' : 'up';
}

function componentModel(
  { name, checks }: StatusPage['components'][number],
  statuses: ReadonlyMap<number, string>,
  facts: StatusFacts,
): ComponentModel {
  const known = checks.flatMap((check) => statuses.get(check) ?? []).filter((status) => status !== 'paused');
  const sums = new Map<number, { up: number; down: number }>();
  for (const check of checks.filter((each) => statuses.has(each))) {
    for (const { at, up, down } of facts.days(check)) {
      const sum = sums.get(at) ?? { up: 0, down: 0 };
      sums.set(at, { up: sum.up + up, down: sum.down + down });
    }
  }
  const days = [...sums].sort(([one], [other]) => one - other);
  const all = days.reduce((sum, [, day]) => ({ up: sum.up + day.up, down: sum.down + day.down }), {
    up: 0,
    down: 0,
  });
  return {
    name,
    state: componentState(known),
    uptime: all.up + all.down === 0 ? null : (100 * all.up) / (all.up + all.down),
    days: days.map(([at, { up, down }]) => ({ at, share: up + down === 0 ? null : up / (up + down) })),
  };
}

function componentState(statuses: readonly string[]): ComponentState {
  const judged = statuses.filter((status) => status !== 'unknown');
  if (judged.length === 0) return 'unknown';
  if (judged.every((status) => status === 'down')) return 'down';
  if (judged.some((status) => status === 'down')) return 'impaired';
  return judged.some((status) => status === 'maintenance') ? 'maintenance' : 'up';
}
