/** Tells people when the engine went away and when it is back. */

import type { Clock } from '../../kernel/clock.ts';
import type { Events } from '../../kernel/events.ts';
import type { Notice } from '../../kernel/notice.ts';
import type { Engine } from './engine.ts';

/** Until the function it returns is called. */
export function raiseEngineNotices(engine: Engine, clock: Clock, events: Events): () => void {
  let isLost = false;
  const raise = (what: Pick<Notice, 'state' | 'severity' | 'title' | 'text'>) =>
    events.emit('notice', {
      kind: 'engine.lost',
      subject: 'engine',
      app: null,
      environment: null,
      release: null,
      at: clock.now(),
      ...what,
    });
  const ends = [
    engine.onLost((reason) => {
      isLost = true;
      raise({
        state: 'opened',
        severity: 'critical',
        title: 'Docker does not answer any more',
        text: `${reason}. Routes go on as they are, and what ends in containers is not started again before it is back. Start it, e.g. with \`systemctl start docker\`.`,
      });
    }),
    engine.onConnected(() => {
      if (!isLost) return;
      isLost = false;
      raise({
        state: 'resolved',
        severity: 'info',
        title: 'Docker answers again',
        text: 'What ended meanwhile is started again.',
      });
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
