import * as Sentry from 'sentry-sdk';
import { pay, refund, ship } from './shop.js';

const query = new URLSearchParams(location.search);
Sentry.init({
  dsn: query.get('dsn'),
  tracesSampleRate: 1,
  replaysSessionSampleRate: query.has('replay') ? 1 : 0,
  replaysOnErrorSampleRate: query.has('replay') ? 1 : 0,
  integrations: query.has('replay')
    ? [
        Sentry.browserTracingIntegration(),
        Sentry.replayIntegration({ minReplayDuration: 0, useCompression: query.get('replay') !== 'plain' }),
      ]
    : [Sentry.browserTracingIntegration()],
});
// Something that changes with every build, as releases do.
document.body.dataset.build = __BUILD__;
for (const [id, run] of Object.entries({ pay, refund, ship }))
  document.getElementById(id).addEventListener('click', () => run({ total: 41 }));
window.flushSentry = async () => {
  await Sentry.getReplay?.()?.flush();
  return Sentry.flush(5000);
};
