/** States, times and shares in the words of a status page, and text made safe for markup. Pure. */

import type { ComponentState } from './page-model.ts';

export const headlines: Readonly<Record<ComponentState, string>> = {
  up: 'All systems work',
  impaired: 'Some systems have trouble',
  down: 'Nothing works at the moment',
  maintenance: 'Maintenance is under way',
  unknown: 'Nothing is known yet',
};

export const stateWords: Readonly<Record<ComponentState, string>> = {
  up: 'works',
  impaired: 'has trouble',
  down: 'is down',
  maintenance: 'under maintenance',
  unknown: 'not known',
};

/** Dark enough for text on white and under white text alike (WCAG 2.2, 1.4.3: 4.5 to 1). */
export const stateColours: Readonly<Record<ComponentState, string>> = {
  up: '#1b6e3c',
  impaired: '#8a5300',
  down: '#b3261e',
  maintenance: '#1a5fa8',
  unknown: '#5f6368',
};

/** `99.98 %`: cut, not rounded, so that 100 % means it. */
export function percentText(percent: number | null): string {
  if (percent === null) return 'not known';
  return percent === 100 ? '100 %' : `${(Math.floor(percent * 100) / 100).toFixed(2)} %`;
}

/** `2026-05-04 09:12 UTC`. */
export function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** For text and for attribute values, in HTML and XML; what XML cannot hold is left out. */
export function escapeText(text: string): string {
  return text
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}
