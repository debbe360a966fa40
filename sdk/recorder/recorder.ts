/** The recorder as a script of its own; `start.ts` puts it into a page, with what the server said. */

import type { RecorderOptions } from './options.ts';
import { startRecorder } from './run.ts';

const own = document.currentScript;
if (own instanceof HTMLScriptElement && own.dataset.options !== undefined) {
  const options: RecorderOptions = JSON.parse(own.dataset.options);
  startRecorder(options, new URL('segment', own.src).href);
}
