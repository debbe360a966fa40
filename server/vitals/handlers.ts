/** Answers what is asked about vitals. */

import { WindlassError } from '../../shared/errors.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Handlers } from '../kernel/feature.ts';
import { type Span, stepFor, type VitalsStore } from './vitals-store.ts';
import type { Watcher } from './watcher.ts';

export function vitalsHandlers(
  clock: Clock,
  parts: () => { watcher: Watcher; store: VitalsStore },
): Handlers {
  const spanOf = (from: number, to: number): Span => {
    if (!(to > from)) {
      throw new WindlassError('invalid', 'the range ends before it begins', {
        hint: 'Give `from` and `to` in ms since the epoch.',
      });
    }
    return { from, to, stepMs: stepFor(from, to, clock.now()) };
  };
  return {
    'vitals.now': () => {
      const { watcher } = parts();
      return {
        facts: watcher.facts(),
        clock: clock.now(),
        vitals: watcher.latest,
        apps: watcher.apps.map((use) => ({ ...use, at: watcher.latest?.at ?? clock.now() })),
      };
    },
    'vitals.range': ({ from, to }) => {
      const span = spanOf(from, to);
      return { stepMs: span.stepMs, points: parts().store.range(span) };
    },
    'vitals.app': ({ from, to, app, environment }) => {
      const span = spanOf(from, to);
      return { stepMs: span.stepMs, points: parts().store.appRange(span, app, environment) };
    },
  };
}
