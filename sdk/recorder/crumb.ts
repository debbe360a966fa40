/** What happened beside the page's own changes, in the form players know from Sentry's recorder. */

import { kinds, type RecordedEvent } from './scrub.ts';

export type Category =
  | 'ui.click'
  /** Clicked again and again. */
  | 'ui.multiClick'
  /** Clicked, and nothing came of it. */
  | 'ui.slowClickDetected'
  | 'console'
  | 'exception'
  | 'navigation';

/** Tells of one. `at` in ms, now where it is not given. */
export type Tell = (event: RecordedEvent) => void;

const most = 300;

export function crumb(
  category: Category,
  message: string,
  data: Readonly<Record<string, unknown>> = {},
  at = Date.now(),
): RecordedEvent {
  return {
    type: kinds.custom,
    timestamp: at,
    data: {
      tag: 'breadcrumb',
      payload: { type: 'default', timestamp: at / 1000, category, message: message.slice(0, most), data },
    },
  };
}
