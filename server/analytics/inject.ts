/** Puts the script into pages of the apps whose owner switched that on. */

import type { AnswerFilter } from '../kernel/answer-filter.ts';
import { htmlInjection } from '../kernel/html-injection.ts';
import type { SettingsStore } from './settings-store.ts';

export function scriptInjection(settings: SettingsStore): AnswerFilter {
  return {
    name: 'analytics',
    covers: (service) => settings.of(service).inject,
    begin({ contentType, release }) {
      if (!contentType.startsWith('text/html')) return null;
      return htmlInjection(`<script defer src="/.windlass/script.js" data-release="${release}"></script>`);
    },
  };
}
