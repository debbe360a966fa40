/** What subscribers of a page are told of an incident. Pure. */

import type { StatusPage } from '../../shared/status/page.ts';
import type { IncidentFact } from './facts.ts';
import { nameFor } from './page-model.ts';
import { timeText } from './words.ts';

/** Null where it is none of the page's. `update` is what was published of it. */
export function announcement(
  page: StatusPage,
  incident: IncidentFact,
  what: 'opened' | 'resolved' | 'update',
  update: string,
): { subject: string; text: string } | null {
  const name = nameFor(page, incident);
  if (name === null) return null;
  const words = {
    opened: `Since ${timeText(incident.openedAt)}.`,
    resolved: `It is over since ${timeText(incident.resolvedAt ?? incident.openedAt)}.`,
    update,
  };
  return {
    subject: `${page.title}: ${what === 'resolved' ? 'resolved: ' : ''}${name}`,
    text: `${name}\n${words[what]}\n\n${page.address ?? ''}`.trim(),
  };
}
