/** One desktop at a time: a second one hands its link to the first and ends. */

import type { App } from 'electron';
import { linkIn } from './deep-link.ts';

/** False where another one runs; then this one must do nothing more. */
export function becomeSingle(
  app: Pick<App, 'requestSingleInstanceLock' | 'on' | 'quit'>,
  onSecond: (link: string | null) => void,
): boolean {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return false;
  }
  app.on('second-instance', (_event, argv) => onSecond(linkIn(argv)));
  return true;
}
