/** An app with Sentry's client: beside a file `breaks` every payment is reported as an error, and answered all the same. */

import { existsSync } from 'node:fs';
import * as Sentry from '@sentry/bun';

const breaks = existsSync('breaks');
// The client leaves out an event that is the same as the last one.
let order = 40;

Sentry.init({ dsn: process.env.SENTRY_DSN, integrations: [] });

function pay(order) {
  if (breaks) throw new RangeError(`order ${order} cannot be paid`);
  return 'paid';
}

Bun.serve({
  port: Number(process.env.PORT),
  hostname: '127.0.0.1',
  fetch(request) {
    if (new URL(request.url).pathname === '/health') return new Response('well');
    try {
      return new Response(pay(++order));
    } catch (error) {
      Sentry.captureException(error);
      return new Response('sorry');
    }
  },
});
