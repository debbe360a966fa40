/** Puts what starts the recorder into pages that are recorded and have not got it with another script of ours. */

import type { AnswerFilter } from '../../kernel/answer-filter.ts';
import { htmlInjection } from '../../kernel/html-injection.ts';
import type { RecordingStore } from './settings-store.ts';

/** `hasScript`: whether pages of `<app>/<environment>` are given `script.js`, which brings it along. */
export function pageTag(settings: RecordingStore, hasScript: (service: string) => boolean): AnswerFilter {
  return {
    name: 'replay',
    covers: (service) => settings.of(service).record && !hasScript(service),
    begin: ({ contentType }) =>
      contentType.startsWith('text/html')
        ? htmlInjection('<script defer src="/.windlass/replay/start.js"></script>')
        : null,
  };
}
