/** A page's incidents as Atom (RFC 4287) and RSS 2.0, its state as JSON, its badges as SVG. Pure. */

import type { ComponentState, IncidentModel, PageModel } from './page-model.ts';
import { escapeText, headlines, percentText, stateColours, stateWords, timeText } from './words.ts';

/** `url` is where the page is, without a slash at its end. */
export function renderAtom(model: PageModel, url: string): string {
  const entries = incidentsOf(model).map((incident) => {
    const link = `${url}/#incident-${incident.id}`;
    return `<entry><id>${escapeText(link)}</id><title>${escapeText(titleOf(incident))}</title><link href="${escapeText(link)}"/><published>${iso(incident.openedAt)}</published><updated>${iso(changedAt(incident))}</updated><content type="text">${escapeText(textOf(incident))}</content></entry>`;
  });
  const updated = Math.max(0, ...incidentsOf(model).map(changedAt));
  return `<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><id>${escapeText(url)}/</id><title>${escapeText(model.title)}</title><author><name>${escapeText(model.title)}</name></author><link rel="self" href="${escapeText(url)}/feed.atom"/><link href="${escapeText(url)}/"/><updated>${iso(updated)}</updated>${entries.join('')}</feed>\n`;
}

export function renderRss(model: PageModel, url: string): string {
  const items = incidentsOf(model).map((incident) => {
    const link = escapeText(`${url}/#incident-${incident.id}`);
    return `<item><title>${escapeText(titleOf(incident))}</title><link>${link}</link><guid>${link}</guid><pubDate>${new Date(incident.openedAt).toUTCString()}</pubDate><description>${escapeText(textOf(incident))}</description></item>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>${escapeText(model.title)}</title><link>${escapeText(url)}/</link><description>${escapeText(model.about || model.title)}</description>${items.join('')}</channel></rss>\n`;
}

export function renderJson(model: PageModel): string {
  const components = model.groups.flatMap(({ name: group, components }) =>
    components.map(({ name, state, uptime }) => ({ name, group, state, uptime90: uptime })),
  );
  const incidents = incidentsOf(model).map(({ id, title, openedAt, resolvedAt, updates }) => ({
    ...{ id, title },
    openedAt: iso(openedAt),
    resolvedAt: resolvedAt === null ? null : iso(resolvedAt),
    updates: updates.map(({ at, text }) => ({ at: iso(at), text })),
  }));
  const maintenance = model.maintenance.map(({ title, from, to }) => ({
    title,
    from: iso(from),
    to: iso(to),
  }));
  const { title, state, madeAt } = model;
  return `${JSON.stringify({ title, state, summary: headlines[state], at: iso(madeAt), components, incidents, maintenance }, null, 2)}\n`;
}

/** `label` at the left, the state at the right in its colour. */
export function renderBadge(label: string, state: ComponentState, uptime: number | null = null): string {
  const value = uptime === null ? stateWords[state] : percentText(uptime);
  const width = (text: string) => Math.round([...text].length * 6.6) + 12;
  const left = width(label);
  const right = width(value);
  const text = (at: number, words: string) =>
    `<text x="${at}" y="14" fill="#fff" text-anchor="middle" font-family="Verdana,sans-serif" font-size="11">${escapeText(words)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${escapeText(`${label}: ${value}`)}"><rect width="${left}" height="20" fill="#3c4148"/><rect x="${left}" width="${right}" height="20" fill="${stateColours[state]}"/>${text(left / 2, label)}${text(left + right / 2, value)}</svg>\n`;
}

function incidentsOf({ open, past }: PageModel): readonly IncidentModel[] {
  return [...open, ...past];
}

function titleOf({ title, resolvedAt }: IncidentModel): string {
  return resolvedAt === null ? title : `Resolved: ${title}`;
}

function textOf({ openedAt, resolvedAt, updates }: IncidentModel): string {
  const lines = updates.map(({ at, text }) => `${timeText(at)}: ${text}`);
  const end = resolvedAt === null ? [] : [`Over since ${timeText(resolvedAt)}.`];
  return [`Since ${timeText(openedAt)}.`, ...lines, ...end].join('\n');
}

function changedAt({ openedAt, resolvedAt, updates }: IncidentModel): number {
  return Math.max(openedAt, resolvedAt ?? 0, ...updates.map(({ at }) => at));
}

const iso = (at: number) => new Date(at).toISOString();
