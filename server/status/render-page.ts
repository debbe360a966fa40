/** The status page as HTML: one document, no script, nothing loaded from anywhere. Pure. */

import type { ComponentModel, IncidentModel, PageModel } from './page-model.ts';
import { stylesheet } from './stylesheet.ts';
import { dayText, escapeText, headlines, percentText, stateColours, stateWords, timeText } from './words.ts';

/** `base` is where the page is, without a slash at its end; empty on a host of its own. */
export function renderPage(model: PageModel, base: string): string {
  const groups = model.groups.map(({ name, components }) => {
    const title = name === '' ? (model.groups.length > 1 ? 'Other' : 'Systems') : name;
    return `<section><h2>${escapeText(title)}</h2><ul class="components">${components.map(componentItem).join('')}</ul></section>`;
  });
  const body = [
    `<header><h1>${escapeText(model.title)}</h1>`,
    model.about === '' ? '' : `<p>${escapeText(model.about)}</p>`,
    `<p class="state ${model.state}"><strong>${headlines[model.state]}</strong></p></header>`,
    incidentSection('Now', model.open),
    maintenanceSection(model),
    ...groups,
    incidentSection('The last two weeks', model.past) ||
      '<section><h2>The last two weeks</h2><p>No incidents.</p></section>',
    model.subscribe ? subscribeForm(base) : '',
    `<footer><p>As of <time datetime="${new Date(model.madeAt).toISOString()}">${timeText(model.madeAt)}</time>.`,
    ` <a href="${base}/feed.atom">Atom</a> <a href="${base}/feed.rss">RSS</a> <a href="${base}/status.json">JSON</a></p></footer>`,
  ];
  return documentOf(model.title, body.join(''), base);
}

/** A page that says one thing: thanks, confirmed, gone. `form` is markup that is shown below it. */
export function renderMessage(title: string, text: string, base: string, form = ''): string {
  const body = `<header><h1>${escapeText(title)}</h1></header><p>${escapeText(text)}</p>${form}<p><a href="${base}/">Back to the status page</a></p>`;
  return documentOf(title, body, base);
}

function documentOf(title: string, body: string, base: string): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeText(title)}</title><meta name="robots" content="noarchive">`,
    `<link rel="alternate" type="application/atom+xml" title="Incidents" href="${base}/feed.atom">`,
    `<style>${stylesheet}</style></head><body><main>${body}</main></body></html>\n`,
  ].join('');
}

function componentItem({ name, state, uptime, days }: ComponentModel): string {
  const label = `${percentText(uptime)} of the last ${days.length} days`;
  return [
    `<li><div class="line"><h3>${escapeText(name)}</h3><span class="is ${state}">${stateWords[state]}</span></div>`,
    days.length === 0 ? '' : strip(days, label),
    `<p class="uptime">${days.length === 0 ? 'No results yet' : label}</p></li>`,
  ].join('');
}

function strip(days: ComponentModel['days'], label: string): string {
  const bars = days.map(({ at, share }, index) => {
    const state = share === null ? 'unknown' : share > 0.999 ? 'up' : share > 0.95 ? 'impaired' : 'down';
    const text = share === null ? 'not known' : percentText(share * 100);
    return `<rect x="${index * 10}" width="7" height="30" rx="2" fill="${share === null ? '#c8ccd0' : stateColours[state]}"><title>${dayText(at)}: ${text}</title></rect>`;
  });
  return `<svg viewBox="0 0 ${days.length * 10 - 3} 30" preserveAspectRatio="none" role="img" aria-label="${label}">${bars.join('')}</svg>`;
}

function incidentSection(title: string, incidents: readonly IncidentModel[]): string {
  if (incidents.length === 0) return '';
  const items = incidents.map(({ id, title: name, openedAt, resolvedAt, updates }) => {
    const span = resolvedAt === null ? 'not over yet' : `over since ${timeText(resolvedAt)}`;
    const lines = updates.map(({ at, text }) => `<li>${timeText(at)}: ${escapeText(text)}</li>`);
    return `<li id="incident-${id}"><h3>${escapeText(name)}</h3><p>Since ${timeText(openedAt)}, ${span}.</p>${lines.length === 0 ? '' : `<ul>${lines.join('')}</ul>`}</li>`;
  });
  return `<section><h2>${title}</h2><ul class="incidents">${items.join('')}</ul></section>`;
}

function maintenanceSection({ maintenance }: PageModel): string {
  if (maintenance.length === 0) return '';
  const items = maintenance.map(
    ({ title, from, to }) =>
      `<li><h3>${escapeText(title)}</h3><p>${timeText(from)} to ${timeText(to)}</p></li>`,
  );
  return `<section><h2>Maintenance</h2><ul class="incidents">${items.join('')}</ul></section>`;
}

function subscribeForm(base: string): string {
  return [
    `<section><h2>Hear of incidents</h2><form method="post" action="${base}/subscribe">`,
    '<label for="to">E-mail address, or the https:// address of a webhook</label>',
    '<input id="to" name="to" required maxlength="300" autocomplete="email">',
    '<button>Subscribe</button></form>',
    '<p>We ask once whether it is yours, and every message has a link that ends it.</p></section>',
  ].join('');
}
