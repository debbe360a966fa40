// Checks in to the monitor `nightly` as a scheduled job does: its one argument is the status.
const Sentry = await import('@sentry/node');
Sentry.init({});
Sentry.captureCheckIn(
  { monitorSlug: 'nightly', status: process.argv[2] },
  { schedule: { type: 'crontab', value: '0 3 * * *' }, checkinMargin: 5, maxRuntime: 30 },
);
await Sentry.flush(5000);
process.exit(0);
