/** What happens to bugs nobody caught: they are logged, and the process goes on, because every app hangs on it. */

import type { Log } from './log.ts';

/**
 * Takes promises nobody waited for and errors nobody caught. All state that matters is on disk in transactions, so going
 * on is safer for visitors than a restart. Returns the function that ends it.
 */
export function catchBugs(log: Log): () => void {
  const onRejection = (error: unknown) =>
    log.error('a bug: a promise failed and nobody waited for it', { error });
  const onException = (error: unknown) => log.error('a bug: an error that nobody caught', { error });
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  return () => {
    process.off('unhandledRejection', onRejection);
    process.off('uncaughtException', onException);
  };
}
