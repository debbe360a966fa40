// Runs one of Sentry's clients as an app does: SDK names the package; what it reads of the environment is what windlass gives it.
const sdk = process.env.SDK;

function chargeCard(order) {
  if (order > 40) throw new RangeError(`order ${order} cannot be paid`);
}

if (sdk === 'raven') {
  const { default: Raven } = await import(sdk);
  Raven.config(process.env.SENTRY_DSN, {
    release: process.env.SENTRY_RELEASE,
    environment: process.env.SENTRY_ENVIRONMENT,
  }).install();
  await new Promise((done) => {
    try {
      chargeCard(41);
    } catch (error) {
      Raven.captureException(error, { tags: { sdk } }, done);
    }
  });
  process.exit(0);
}

const Sentry = await import(sdk);
Sentry.init({ tracesSampleRate: 1, enableLogs: true, debug: process.env.DEBUG === '1' });
const capture = () => {
  try {
    chargeCard(41);
  } catch (error) {
    Sentry.logger?.warn?.('not paid', { order: 41 });
    Sentry.captureException(error, { tags: { sdk }, user: { id: 'u-1', email: 'ann@example.com' } });
  }
};
if (Sentry.startSpan) Sentry.startSpan({ name: 'GET /pay', op: 'http.server' }, capture);
else capture();
Sentry.captureMessage('a message');
Sentry.captureCheckIn?.({ monitorSlug: 'nightly', status: 'ok' });
Sentry.captureFeedback?.({ message: `feedback of ${sdk}`, name: 'Ann', email: 'ann@example.com' });
await Sentry.flush(5000);
process.exit(0);
